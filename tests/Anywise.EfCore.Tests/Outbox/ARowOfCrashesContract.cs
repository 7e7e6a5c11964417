using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>One process after the other takes the row and ends.</summary>
public abstract class ARowOfCrashesContract : OutboxTest
{
    [Test]
    public async Task Is_delivered_if_none_has_begun_it()
    {
        await CrashAsync([.. Enumerable.Range(0, 20).Select(number => $"order {number}")]);
        for (var process = 0; process < 20; process++)
        {
            await TakeAsync(begins: false);
        }

        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.Unique.And.Count.EqualTo(20));
    }

    [TestCase(3, false)]
    [TestCase(4, true)]
    public async Task Is_parked_when_as_many_have_ended_in_it_as_a_handler_may_fail_and_the_first(int ended, bool isParked)
    {
        await CrashAsync("first");
        for (var process = 0; process < ended; process++)
        {
            await TakeAsync(begins: true);
        }

        await StartRelayAsync();

        await UntilAsync(async () => isParked ? (await RowsAsync()) is [{ Dead: 1 }] : (await RowsAsync()).Count == 0);
        Assert.That(Seen.Events, Has.Count.EqualTo(isParked ? 0 : 1));
        Assert.That((await RowsAsync()).ConvertAll(row => row.Progress), Is.All.Contains("The process ended"));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxAttempts = 3;
    }

    /// <summary>A process takes all rows, and ends before or after it begins to deliver them.</summary>
    private async Task TakeAsync(bool begins)
    {
        await using var scope = Services.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<Outboxes>().Of(scope.ServiceProvider.GetRequiredService<ShopContext>(), new OutboxOptions());
        foreach (var row in await outbox.Store.ClaimAsync(100, from: 0, CancellationToken.None))
        {
            var lease = new OutboxLease(row.Id, row.Attempt, events: [], outbox.Time.GetTimestamp());
            Assert.That(!begins || await outbox.BatchOf(new ClaimedRow(row, lease)).Stored.BeginAsync(), Is.True);
            outbox.Leases.LetGo(lease);
        }

        await EndLeasesAsync();
    }
}

public sealed class ARowOfCrashesOnSqlite : ARowOfCrashesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ARowOfCrashesOnPostgres : ARowOfCrashesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

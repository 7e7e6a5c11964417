using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Messages are enqueued for times that are over, are now, or are to come, and their save fails.</summary>
public abstract class AMessageBesideAFailedSaveContract : OutboxTest
{
    private static readonly IEvent[] DueMessages = [new OrderPlaced("at once"), new OrderPlaced("past"), new OrderPlaced("now")];

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Test]
    public async Task Is_not_in_the_table_after_the_failure()
    {
        await FailAsync();
        await StartRelayAsync();

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Is_delivered_once_after_the_save_that_succeeds_and_not_before_its_time()
    {
        var context = await FailAsync();
        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>(), "once more");
        context.ChangeTracker.Clear();

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(DueMessages.Take(1)), "what has a time is delivered by a relay");
        Assert.That((await RowsAsync()).FindAll(row => row.Attempt > 0), Has.Count.EqualTo(3));
        await StartRelayAsync();
        await UntilAsync(async () => (await RowsAsync()).Count == 1);
        Assert.That(Seen.Events, Is.EquivalentTo(DueMessages));
        var left = (await RowsAsync()).Single();
        Assert.That(left.Payload, Does.Contain("\"future\""));
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds(left.DueAt), Is.EqualTo(Now.AddHours(1)).Within(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public async Task Is_given_up_with_its_context_by_who_knows_that_the_save_has_failed()
    {
        await (await FailAsync()).DisposeAsync();
        await SaveAsync("free");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("free") }));
        await EmptyAsync();
        Assert.That(LogEntries.WarningIds, Is.Empty, "nothing was lost unnoticed");
    }

    private async Task<ShopContext> FailAsync()
    {
        await SaveAsync("taken");
        await EmptyAsync();
        Seen.Clear();
        var context = NewContext();
        context.Enqueue(new OrderPlaced("at once"));
        context.Enqueue(new OrderPlaced("past"), Now.AddHours(-1));
        context.Enqueue(new OrderPlaced("now"), Now);
        context.Enqueue(new OrderPlaced("future"), Now.AddHours(1));
        context.Add(new Order("taken"));
        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
        return context;
    }

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }
}

public sealed class AMessageBesideAFailedSaveOnSqlite : AMessageBesideAFailedSaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AMessageBesideAFailedSaveOnPostgres : AMessageBesideAFailedSaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

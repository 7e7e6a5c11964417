using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A relay has taken more rows than it can deliver at once, so that the others wait.</summary>
public abstract class ABacklogContract : OutboxTest
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3); // a busy machine may be a second late to renew it
    private readonly TaskCompletionSource _hasBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasWaited;

    [TearDown]
    public void LetEnd() => _mayEnd.TrySetResult();

    [Test]
    public async Task Stays_with_its_relay_for_longer_than_a_lease()
    {
        List<int> attempts = [];
        Seen.WhenHandled = async (_, _, _) =>
        {
            var claimed = (await RowsAsync()).Max(row => row.DueAt);
            _hasBegun.TrySetResult();
            await UntilAsync(async () => (await RowsAsync()).TrueForAll(row => row.DueAt > claimed + (2 * Lease.TotalMilliseconds)) || _hasWaited);
            if (!_hasWaited)
            {
                _hasWaited = true;
                attempts = (await RowsAsync()).ConvertAll(row => row.Attempt);
            }
        };
        await CrashAsync("first", "second");
        await StartRelayAsync();
        await _hasBegun.Task;

        await StartRelayAsync(Build()); // would take what is free

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EquivalentTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }), "each once");
        Assert.That(attempts, Is.EqualTo(new[] { 1, 1 }), "nobody else has claimed them");
    }

    [Test]
    public async Task Is_given_back_when_its_process_stops()
    {
        Seen.WhenHandled = async (_, _, _) =>
        {
            _hasBegun.TrySetResult();
            await _mayEnd.Task;
        };
        await CrashAsync("first", "second", "third");
        await StartRelayAsync();
        await _hasBegun.Task;

        var stopped = Services.GetServices<IHostedService>().OfType<OutboxRelays>().Single().StopAsync(CancellationToken.None);
        await UntilAsync(async () => (await RowsAsync()).Count(row => row.Attempt == 2) == 2); // however long the one takes that has begun
        _mayEnd.SetResult();
        await stopped;

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.That(Seen.Events, Has.Count.EqualTo(1));
        Assert.That(await RowsAsync(), Has.Count.EqualTo(2).And.All.Matches<Row>(row => row.DueAt <= now && row.Progress!.Contains("\"attempts\":0", StringComparison.Ordinal)));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        (outbox.Lease, outbox.MaxConcurrency) = (Lease, 1);
    }
}

public sealed class ABacklogOnSqlite : ABacklogContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ABacklogOnPostgres : ABacklogContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

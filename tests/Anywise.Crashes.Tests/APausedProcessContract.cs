using Anywise.Crashes.Tests.Support;
using Anywise.Crashes.Worker;

namespace Anywise.Crashes.Tests;

/// <summary>A process stops for longer than its lease, as that of a virtual machine that is moved, and then goes on as if nothing had happened.</summary>
public abstract class APausedProcessContract : CrashTest
{
    [Test]
    public async Task Repeats_nothing_in_the_database_when_it_goes_on(
        [Values(Moment.AfterCommit, Moment.BeforeHandler, Moment.InHandlerThatHasSaved, Moment.BeforeCommitOfMark, Moment.BeforeCompletion)] Moment moment)
    {
        var other = Start(Producer());
        var paused = Start(Producer() with { Moment = moment, Times = 1 + Chance(5), OnlyPauses = true });
        await UntilAsync(paused.IsPausedAsync, $"It pauses {moment}.", paused);

        await LoseLeaseAsync(paused);
        await paused.GoOnAsync();

        await WorkOnAsync(paused);
        await WorkOnAsync(other);
        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    [TestCase(5)]
    [TestCase(100, Explicit = true, Category = "Long")]
    public async Task Repeats_nothing_whenever_it_was_paused(int times)
    {
        var workers = new[] { Start(Producer()), Start(Producer()) };
        for (var time = 0; time < times; time++)
        {
            var paused = workers[time % 2];
            await WorkOnAsync(paused, bytes: 1 + Chance(3000));
            await paused.PauseAsync();
            await LoseLeaseAsync(paused);
            await paused.GoOnAsync();
        }

        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    /// <summary>The other process takes over what is in the table, and waits for a lock that the paused one may hold.</summary>
    private static Task LoseLeaseAsync(WorkerProcess paused) => Task.Delay(2 * paused.Settings.Lease);
}

public sealed class APausedProcessOnSqlite : APausedProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnSqliteAsync();
}

public sealed class APausedProcessOnPostgres : APausedProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnPostgresAsync();
}

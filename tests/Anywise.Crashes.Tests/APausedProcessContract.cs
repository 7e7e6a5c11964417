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

        await (MayLock(moment, paused.Settings) ? OutlastLeaseAsync(paused) : IsTakenOverAsync(paused, other));
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
            await OutlastLeaseAsync(paused);
            await paused.GoOnAsync();
        }

        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    /// <summary>Whether a process that is paused at a moment may hold a lock that keeps others from its row.</summary>
    protected abstract bool MayLock(Moment moment, WorkerSettings paused);

    /// <summary>The other process delivers what the paused one has in its hands, and what nobody could take before its lease was over.</summary>
    private static async Task IsTakenOverAsync(WorkerProcess paused, WorkerProcess other)
    {
        var held = Journal.ReadPaused(paused.Settings.Journal).Single();
        Assert.That(held, Is.Not.Empty, "what it has in its hands is known");
        await UntilAsync(async () => !await Aftermath.IsStoredAsync(other.Settings, held), "The other process takes over.", other);
        Assert.That(await paused.IsPausedAsync(), Is.True, "it has done nothing of that");
    }

    /// <summary>The other process takes over what is in the table, and waits for a lock that the paused one may hold.</summary>
    private static Task OutlastLeaseAsync(WorkerProcess paused) => Task.Delay(2 * paused.Settings.Lease);
}

public sealed class APausedProcessOnSqlite : APausedProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnSqliteAsync();

    /// <summary>Whatever else it does at that moment locks all of the database.</summary>
    protected override bool MayLock(Moment moment, WorkerSettings paused) => true;
}

public sealed class APausedProcessOnPostgres : APausedProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnPostgresAsync();

    /// <summary>The mark locks its row; and a row that was just saved may have to wait for one before it, which is being marked.</summary>
    protected override bool MayLock(Moment moment, WorkerSettings paused) => moment == Moment.BeforeCommitOfMark || (moment == Moment.AfterCommit && paused.PreservesOrder);
}

using Anywise.Crashes.Tests.Support;
using Anywise.Crashes.Worker;

namespace Anywise.Crashes.Tests;

/// <summary>Processes share a database, and one after the other is killed.</summary>
public abstract class AKilledProcessContract : CrashTest
{
    private static readonly int Moments = Enum.GetValues<Moment>().Length;

    [Test]
    public async Task Loses_nothing_and_repeats_nothing_in_the_database([Values] Moment moment)
    {
        var other = Start(Producer());

        await IsKilledAsync(Start(Producer() with { Moment = moment, Times = 1 + Chance(5) }));

        await WorkOnAsync(other);
        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    [Test]
    public async Task Loses_nothing_whenever_it_is_killed_under_load()
    {
        await KillAsync(kills: 8);

        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    [Test, Explicit("Takes minutes."), Category("Long")]
    public async Task Loses_nothing_in_five_times_a_hundred_deaths([Range(1, 5)] int round)
    {
        await KillAsync(kills: 100);

        (await AfterwardsAsync()).IsWhole().IsInOrder();
    }

    /// <summary>Keeps two processes running, of which now one is killed and now the other: at a moment, or at any time.</summary>
    private async Task KillAsync(int kills)
    {
        var left = kills;
        await Task.WhenAll(KillOneAfterTheOtherAsync(), KillOneAfterTheOtherAsync());

        async Task KillOneAfterTheOtherAsync()
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var number)
            {
                await (number % 2 == 0 ? KillAtAMomentAsync() : KillAtAnyTimeAsync());
            }
        }
    }

    private Task KillAtAMomentAsync() => IsKilledAsync(Start(Producer() with { Moment = (Moment)Chance(Moments), Times = 1 + Chance(20) }));

    private async Task KillAtAnyTimeAsync()
    {
        var worker = Start(Producer());
        await WorkOnAsync(worker, bytes: Chance(5000));
        worker.Kill();
        await IsKilledAsync(worker);
    }
}

public sealed class AKilledProcessOnSqlite : AKilledProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnSqliteAsync();
}

public sealed class AKilledProcessOnPostgres : AKilledProcessContract
{
    protected override Task<CrashDatabase> NewDatabaseAsync() => CrashDatabase.OnPostgresAsync();
}

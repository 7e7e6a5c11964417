using Anywise.Crashes.Tests.Support;
using Anywise.TestServers;
using Npgsql;

namespace Anywise.Crashes.Tests;

/// <summary>PostgreSQL ends or cuts connections while two processes work on it. Handlers fail then, and are called again: their order is promised only where it is preserved.</summary>
public sealed class AServerThatFails : CrashTest
{
    private LocalPostgres? _server;

    [TestCase(3)]
    [TestCase(50, Explicit = true, Category = "Long")]
    public async Task Loses_nothing_when_it_is_killed_and_started_again(int times)
    {
        await WhileTwoWorkAsync(times, _server!.CrashAsync);

        (await AfterwardsAsync()).IsWhole();
    }

    [TestCase(10)]
    [TestCase(200, Explicit = true, Category = "Long")]
    public async Task Loses_nothing_when_it_cuts_connections(int times)
    {
        await WhileTwoWorkAsync(times, CutAsync);

        (await AfterwardsAsync()).IsWhole();
    }

    protected override async Task<CrashDatabase> NewDatabaseAsync()
    {
        if (LocalPostgres.FindBinaries() is not { } binaries)
        {
            Assert.That(PostgresServer.IsRequired, Is.False, "There are no binaries of PostgreSQL on this machine.");
            Assert.Ignore("There are no binaries of PostgreSQL on this machine.");
            throw new InvalidOperationException();
        }

        _server = await LocalPostgres.StartAsync(binaries, "synchronous_commit=on"); // what it has committed is there after a crash
        return CrashDatabase.On(_server);
    }

    private async Task WhileTwoWorkAsync(int times, Func<Task> fail)
    {
        var workers = new[] { Start(Producer()), Start(Producer()) };
        for (var time = 0; time < times; time++)
        {
            foreach (var worker in workers)
            {
                await WorkOnAsync(worker, bytes: 1 + Chance(1500));
            }

            await fail();
        }
    }

    private async Task CutAsync()
    {
        await using var connection = new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var cut = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", connection);
        await cut.ExecuteNonQueryAsync();
    }
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The database has not seen the latest migration.</summary>
public abstract class ATableThatIsOutdatedContract : OutboxTest
{
    [Test]
    public async Task Is_asked_for_when_it_is_missing()
    {
        await ExecuteAsync("DROP TABLE \"AnywiseOutbox\"");

        await RefusesAsync(
            "The database has no table for the outbox of 'ShopContext'. "
            + "Run 'dotnet ef migrations add Outbox' and 'dotnet ef database update', or call 'EnsureCreated' on a new database.");
    }

    [TestCase("Payload")]
    [TestCase("Stream")]
    public async Task Is_to_be_migrated_when_it_lacks_a_column(string column)
    {
        await ExecuteAsync("DROP INDEX \"IX_AnywiseOutbox_Stream" + (Database.IsPostgres ? "_Position\"" : "\""));
        await ExecuteAsync($"ALTER TABLE \"AnywiseOutbox\" DROP COLUMN \"{column}\"");

        await RefusesAsync(
            "The table for the outbox of 'ShopContext' lacks a column that 'UseOutbox' needs, as 'PreserveOrderPerAggregate' does. "
            + "Run 'dotnet ef migrations add OutboxColumns' and 'dotnet ef database update'.");
    }

    [Test]
    public async Task Is_asked_for_by_who_looks_into_the_outbox_and_by_the_relay()
    {
        await ExecuteAsync("DROP TABLE \"AnywiseOutbox\"");

        Assert.That(
            async () => await Services.GetRequiredService<IOutbox<ShopContext>>().CountAsync(),
            Throws.InvalidOperationException.With.Message.StartsWith("The database has no table for the outbox of 'ShopContext'."));
        await StartRelayAsync();
        await UntilAsync(() => Task.FromResult(LogEntries.Entries.Any(entry => entry.Exception?.Message.Contains("dotnet ef database update") == true)));
    }

    [Test]
    public async Task Is_to_be_migrated_when_the_relay_misses_a_column()
    {
        await ExecuteAsync("DROP INDEX \"IX_AnywiseOutbox_Stream" + (Database.IsPostgres ? "_Position\"" : "\""));
        await ExecuteAsync("ALTER TABLE \"AnywiseOutbox\" DROP COLUMN \"Stream\"");

        await StartRelayAsync();

        await UntilAsync(() => Task.FromResult(LogEntries.Entries.Any(entry => entry.Exception?.Message.Contains("'dotnet ef migrations add OutboxColumns'") == true)));
    }

    [Test]
    public async Task Is_not_to_blame_for_a_column_of_another_table()
    {
        await ExecuteAsync("ALTER TABLE \"Notes\" DROP COLUMN \"Text\"");
        var context = NewContext();
        context.AddRange(new Order("first"), new Note { Text = "note" });

        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.PreserveOrderPerAggregate();
    }

    private async Task RefusesAsync(string message)
    {
        foreach (var calls in Enum.GetValues<Calls>())
        {
            var context = NewContext();
            context.Add(new Order("first"));

            Assert.That(async () => await calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo(message));

            Assert.That(context.Orders.Local.Single().DomainEvents, Has.Count.EqualTo(1), "it can be saved again");
        }

        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }
}

public sealed class ATableThatIsOutdatedOnSqlite : ATableThatIsOutdatedContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ATableThatIsOutdatedOnPostgres : ATableThatIsOutdatedContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

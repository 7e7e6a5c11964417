using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of transactions that end in an unusual way; the usual ones are in <see cref="Saving.ExplicitTransactionContract"/>.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryExplicitTransactionContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("b6", "a save, `CloseConnection`, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp Cing TF(Commit)")]
    public async Task Delivers_nothing_when_the_connection_was_closed_before_the_commit()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        await context.Database.CloseConnectionAsync();

        Assert.That(() => Calls.CommitAsync(transaction), Throws.Exception);

        await AssertRowAsync();
    }

    [Test]
    [Row("b7", "a save, `ExecuteSqlRaw(\"COMMIT\")`", EfCore = "Tx+ SaS sp+ cmd sp- SaD sql", Stored = "1", Seen = "")]
    public async Task Delivers_nothing_when_the_commit_was_sent_as_SQL()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");

        await Calls.Of(() => context.Database.ExecuteSqlRaw("COMMIT"), () => context.Database.ExecuteSqlRawAsync("COMMIT"));

        await AssertRowAsync();
        await LeaveAsync(transaction);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    [Row("d1", "savepoints a and b, `RollbackToSavepoint` b", Stored = "1, 2, 4",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD sp+ SaS sp+ cmd sp- SaD sp+ SaS sp+ cmd sp- SaD spRb SaS sp+ cmd sp- SaD C H")]
    public async Task Drops_only_what_was_saved_above_the_inner_of_two_savepoints()
    {
        var context = NewContext();
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        await Calls.CreateSavepointAsync(transaction, "a");
        await AddAsync(context, "2");
        await Calls.CreateSavepointAsync(transaction, "b");
        await AddAsync(context, "3");
        await Calls.RollbackToAsync(transaction, "b");
        await AddAsync(context, "4");

        await Calls.CommitAsync(transaction);

        await AssertRowAsync();
    }

    [Test]
    [Row("e4", "`UseTransaction` of a raw one, which is rolled back by ADO.NET", EfCore = "TxU SaS sp+ cmd sp- SaD")]
    public async Task Delivers_nothing_and_warns_when_it_is_rolled_back_past_the_context()
    {
        var context = NewContext();
        await using var raw = await BeginRawAsync(context);
        await context.Database.UseTransactionAsync(raw);
        await AddAsync(context, "1");
        await raw.RollbackAsync();

        await Calls.DisposeAsync(context);

        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 3 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("e5", "`UseTransaction` of a raw one, which is committed by ADO.NET; then another save", EfCore = "TxU SaS sp+ cmd sp- SaD SaS TF(CreateSavepoint) SaF",
        Stored = "1", Seen = "")]
    public async Task Lets_EF_Core_refuse_the_save_after_a_commit_past_the_context()
    {
        var context = NewContext();
        await using var raw = await BeginRawAsync(context);
        await context.Database.UseTransactionAsync(raw);
        await AddAsync(context, "1");
        await raw.CommitAsync();
        var order = new Order("2");
        context.Add(order);

        Assert.That(() => Calls.SaveAsync(context), Throws.Exception);

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await Calls.DisposeAsync(context);
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 3 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("f3", "a context saves in a raw transaction on its connection that no context was told of, which is rolled back", EfCore = "SaS cmd H SaD", Seen = "1")]
    public async Task Takes_a_save_in_a_raw_transaction_that_nobody_was_told_of_for_committed()
    {
        var context = NewContext();
        await using var raw = await BeginRawAsync(context);
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        await AddAsync(context, "1");

        await raw.RollbackAsync();

        await AssertRowAsync();
    }

    [Test]
    [Row("m3", "a deferred constraint fails at the `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD sql Cing TF(Commit) ~disp")]
    public async Task Delivers_nothing_when_a_constraint_fails_at_the_commit()
    {
        var context = NewContext();
        await context.Database.ExecuteSqlRawAsync("""CREATE TABLE "Gifts" ("Of" uuid REFERENCES "Orders" ("Id") DEFERRABLE INITIALLY DEFERRED)""");
        EfCore.Forget();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        await context.Database.ExecuteSqlRawAsync("""INSERT INTO "Gifts" VALUES ('00000000-0000-0000-0000-000000000001')""");

        Assert.That(() => Calls.CommitAsync(transaction), Throws.InstanceOf<DbException>());

        await Calls.DisposeAsync(transaction);
        await AssertRowAsync();
    }

    private static async Task<DbTransaction> BeginRawAsync(ShopContext context)
    {
        await context.Database.OpenConnectionAsync();
        return await context.Database.GetDbConnection().BeginTransactionAsync();
    }

    /// <summary>SQLite refuses to roll back what is committed.</summary>
    private async Task LeaveAsync(IDbContextTransaction transaction)
    {
        try
        {
            await Calls.DisposeAsync(transaction);
        }
        catch (DbException)
        {
            Assert.That(Database.IsPostgres, Is.False);
        }
    }
}

public sealed class EveryExplicitTransactionOnSqlite(Calls calls) : EveryExplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    [Test]
    [Row("c3", "`AutoSavepointsEnabled = false`, the second save fails and is given up, `Commit`", EfCore = "Tx+ SaS cmd SaD SaS cmd cmdFail SaF C H", Stored = "1")]
    public async Task Delivers_the_other_save_when_one_failed_without_savepoint()
    {
        var context = NewContext();
        context.Database.AutoSavepointsEnabled = false;
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        Assert.That(() => AddAsync(context, "1"), Throws.InstanceOf<DbUpdateException>());

        await Calls.CommitAsync(transaction);

        await AssertRowAsync();
    }

    [Test]
    [Row("d4", "`RollbackToSavepoint` of an unknown name, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD TF(RollbackToSavepoint) C H", Stored = "1")]
    public async Task Delivers_everything_when_a_savepoint_does_not_exist()
    {
        var context = NewContext();
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        Assert.That(() => Calls.RollbackToAsync(transaction, "nowhere"), Throws.InstanceOf<DbException>());

        await Calls.CommitAsync(transaction);

        await AssertRowAsync();
    }
}

public sealed class EveryExplicitTransactionOnPostgres(Calls calls) : EveryExplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    [Test]
    [Row("m1", "the server ends the session before the `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD Cing TF(Commit) ~disp")]
    public async Task Delivers_nothing_when_the_session_ended_before_the_commit()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        await EndSessionOfAsync(context);

        Assert.That(() => Calls.CommitAsync(transaction), Throws.Exception);

        await Calls.DisposeAsync(transaction);
        await AssertRowAsync();
    }

    [Test]
    [Row("m2", "the server ends the session at the `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD Cing TF(Commit) ~disp")]
    public async Task Delivers_nothing_when_the_session_ended_at_the_commit()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        EfCore.When("Cing", (_, _) => EndSessionOfAsync(context));

        Assert.That(() => Calls.CommitAsync(transaction), Throws.Exception);

        await Calls.DisposeAsync(transaction);
        await AssertRowAsync();
    }

    private async Task EndSessionOfAsync(ShopContext context)
    {
        var session = ((Npgsql.NpgsqlConnection)context.Database.GetDbConnection()).ProcessID;
        await using var other = new Npgsql.NpgsqlConnection(((PostgresDatabase)Database).ConnectionString);
        await other.OpenAsync();
        await using var end = new Npgsql.NpgsqlCommand($"SELECT pg_terminate_backend({session}, 10000)", other);
        Assert.That(await end.ExecuteScalarAsync(), Is.True);
    }
}

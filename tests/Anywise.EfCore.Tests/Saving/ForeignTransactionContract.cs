using System.Data;
using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>Somebody else holds the transaction: the application by ADO.NET, or a context that this one was not told of.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ForeignTransactionContract(Calls calls) : ShopTest
{
    [Test]
    [Row("e2", "`UseTransaction` of a raw one, `Commit` of what it returned", EfCore = "TxU SaS sp+ cmd sp- SaD C H", Stored = "first")]
    public async Task Delivers_when_it_is_committed_through_the_context()
    {
        var context = NewContext();
        await using var raw = await BeginRawAsync(context);
        var transaction = (await context.Database.UseTransactionAsync(raw))!;
        await AddAsync(context, "first");
        Assert.That(Seen.Events, Is.Empty);

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("e1", "`UseTransaction` of a raw one, which is committed by ADO.NET", EfCore = "TxU SaS sp+ cmd sp- SaD", Stored = "first", Seen = "")]
    public async Task Delivers_nothing_and_warns_when_it_is_committed_past_the_context()
    {
        using var lost = new CounterReading("anywise.events.lost");
        var context = NewContext();
        await using var raw = await BeginRawAsync(context);
        await context.Database.UseTransactionAsync(raw);
        await AddAsync(context, "first");
        await raw.CommitAsync();

        await calls.DisposeAsync(context);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        var (level, text, _) = LogEntries.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Warning));
        Assert.That(text, Does.StartWith("'OrderPlaced' ").And.Contain("of Order ").And.Contain("is not delivered").And.Contain("Commit through the 'IDbContextTransaction'"));
        Assert.That(lost.Counted, Is.EqualTo(new[] { "1 anywise.event=OrderPlaced" }));
        await AssertRowAsync();
    }

    [Test]
    public async Task Delivers_nothing_and_warns_when_a_context_began_it_and_it_is_committed_past_the_context()
    {
        var context = NewContext();
        await using (var transaction = await calls.BeginAsync(context))
        {
            await AddAsync(context, "first");
            await transaction.GetDbTransaction().CommitAsync();
        }

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("nobody can say whether its transaction was committed"));
    }

    [Test]
    public async Task Warns_at_the_latest_when_the_context_is_disposed_that_has_left_it()
    {
        var context = NewContext();
        await LeaveCommittedPastItAsync(context);
        Assert.That(LogEntries.Entries, Is.Empty);

        await calls.DisposeAsync(context);

        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("nobody can say whether its transaction was committed"));
    }

    [Test]
    public async Task Warns_at_the_latest_when_the_context_returns_to_its_pool_that_has_left_it()
    {
        await using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(LogEntries))
            .AddAnywise(_ => { })
            .AddDbContextPool<ShopContext>(Configure)
            .BuildServiceProvider();
        await using (var scope = services.CreateAsyncScope())
        {
            await LeaveCommittedPastItAsync(scope.ServiceProvider.GetRequiredService<ShopContext>());
        }

        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("nobody can say whether its transaction was committed"));
    }

    [Test]
    public async Task Leaves_nothing_behind_for_one_that_another_context_begins_on_the_same_connection()
    {
        var (one, other) = await SharedConnectionAsync();
        await using (var raw = await one.Database.GetDbConnection().BeginTransactionAsync())
        {
            await one.Database.UseTransactionAsync(raw);
            await AddAsync(one, "past the context");
            await raw.CommitAsync();
        }

        await using var transaction = await calls.BeginAsync(other);
        await AddAsync(other, "through the context");
        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("through the context") }));
        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("nobody can say whether its transaction was committed"));
    }

    [Test]
    public async Task Delivers_for_all_contexts_that_were_told_when_it_is_committed_through_one_of_them()
    {
        var (one, other) = await SharedConnectionAsync();
        await using var raw = await one.Database.GetDbConnection().BeginTransactionAsync();
        await one.Database.UseTransactionAsync(raw);
        await AddAsync(one, "first");
        var transaction = (await other.Database.UseTransactionAsync(raw))!;
        await AddAsync(other, "second");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
    }

    [Test]
    public async Task Leaves_nothing_behind_for_the_next_one_on_the_same_connection()
    {
        var context = NewContext();
        await using (var raw = await BeginRawAsync(context))
        {
            await context.Database.UseTransactionAsync(raw);
            await AddAsync(context, "past the context");
            await raw.CommitAsync();
        }

        await context.Database.UseTransactionAsync(null);
        await using var next = await context.Database.GetDbConnection().BeginTransactionAsync();
        var transaction = (await context.Database.UseTransactionAsync(next))!;
        await AddAsync(context, "through the context");
        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("through the context") }));
        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("it was ended past EF Core"));
    }

    [Test]
    public async Task Takes_nothing_over_into_the_next_one_of_another_context_on_the_same_connection()
    {
        var (one, other) = await SharedConnectionAsync();
        await using (var raw = await one.Database.GetDbConnection().BeginTransactionAsync())
        {
            await one.Database.UseTransactionAsync(raw);
            await AddAsync(one, "rolled back");
            await raw.RollbackAsync();
        }

        await using var next = await other.Database.GetDbConnection().BeginTransactionAsync();
        var transaction = (await other.Database.UseTransactionAsync(next))!;
        await AddAsync(other, "committed");
        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Has.Member(new OrderPlaced("committed")));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "committed" }));
        Assert.That(Seen.Events, Has.No.Member(new OrderPlaced("rolled back")));
    }

    [Test]
    public async Task Delivers_when_the_owner_commits_for_a_context_that_was_not_told()
    {
        var (owner, untold) = await SharedConnectionAsync();
        await using var transaction = await calls.BeginAsync(owner);
        await AddAsync(untold, "first");
        Assert.That(Seen.Events, Is.Empty);

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    [Row("f3", "a context saves in a transaction of another that it was not told of, which is rolled back", EfCore = "Tx+ SaS cmd SaD Rb")]
    public async Task Delivers_nothing_when_the_owner_rolls_back_what_a_context_saved_that_was_not_told()
    {
        var (owner, untold) = await SharedConnectionAsync();
        await using var transaction = await calls.BeginAsync(owner);
        await AddAsync(untold, "first");

        await calls.RollbackAsync(transaction);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
        await AssertRowAsync();
    }

    private static async Task<DbTransaction> BeginRawAsync(ShopContext context)
    {
        await context.Database.OpenConnectionAsync();
        return await context.Database.GetDbConnection().BeginTransactionAsync();
    }

    private async Task LeaveCommittedPastItAsync(ShopContext context)
    {
        await using var raw = await BeginRawAsync(context);
        await context.Database.UseTransactionAsync(raw);
        await AddAsync(context, "first");
        await raw.CommitAsync();
        await context.Database.UseTransactionAsync(null);
    }

    private async Task<(ShopContext Owner, ShopContext Untold)> SharedConnectionAsync()
    {
        var (owner, untold) = (NewContext(), NewContext());
        await owner.Database.OpenConnectionAsync();
        Assert.That(owner.Database.GetDbConnection().State, Is.EqualTo(ConnectionState.Open));
        untold.Database.SetDbConnection(owner.Database.GetDbConnection());
        return (owner, untold);
    }

    private async Task AddAsync(ShopContext context, string name)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }
}

public sealed class ForeignTransactionOnSqlite(Calls calls) : ForeignTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ForeignTransactionOnPostgres(Calls calls) : ForeignTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

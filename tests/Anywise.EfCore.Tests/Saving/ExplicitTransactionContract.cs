using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>The application begins a transaction itself: only its commit makes events out of what was saved.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ExplicitTransactionContract(Calls calls) : ShopTest
{
    [Test]
    [Row("b1", "`BeginTransaction`, a save, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD C H", Stored = "first")]
    public async Task Delivers_nothing_until_it_is_committed()
    {
        var context = NewContext();
        var transaction = await calls.BeginAsync(context);
        context.Add(new Order("first"));
        await calls.SaveAsync(context);
        Assert.That(Seen.Events, Is.Empty);

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("c1", "three saves in a transaction, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD C H", Stored = "first, second, third")]
    public async Task Delivers_the_events_of_all_its_saves_in_order()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        await AddAsync(context, "second");
        await AddAsync(context, "third");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second"), new OrderPlaced("third") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("b2", "a save, `Rollback`", EfCore = "Tx+ SaS sp+ cmd sp- SaD Rb")]
    public async Task Delivers_nothing_when_it_is_rolled_back()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");

        await calls.RollbackAsync(transaction);

        await AssertRowAsync();
        await AssertNothingHappenedAsync(context);
    }

    [Test]
    [Row("b3", "a save, `Dispose` of the transaction", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp")]
    public async Task Delivers_nothing_when_it_is_disposed_without_commit()
    {
        var context = NewContext();
        var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");

        await calls.DisposeAsync(transaction);

        await AssertRowAsync();
        await AssertNothingHappenedAsync(context);
    }

    [Test]
    [Row("b4", "a save, `Dispose` of the context", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp")]
    public async Task Delivers_nothing_when_its_context_is_disposed_without_commit()
    {
        var context = NewContext();
        await calls.BeginAsync(context);
        await AddAsync(context, "first");

        await calls.DisposeAsync(context);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("b8", "a transaction is disposed, another is begun and committed", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp Tx+ SaS sp+ cmd sp- SaD C H", Stored = "done")]
    public async Task Delivers_only_what_was_saved_after_an_earlier_one_was_rolled_back()
    {
        var context = NewContext();
        var first = await calls.BeginAsync(context);
        await AddAsync(context, "undone");
        await calls.DisposeAsync(first);
        context.ChangeTracker.Clear();
        await using var second = await calls.BeginAsync(context);
        await AddAsync(context, "done");

        await calls.CommitAsync(second);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("done") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "done" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("c2", "the second of three saves fails and is given up, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD SaS sp+ cmd cmdFail spRb sp- SaF SaS sp+ cmd sp- SaD C H", Stored = "first, second")]
    public async Task Delivers_the_other_saves_when_one_failed_and_was_given_up()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        var duplicate = new Order("first");
        context.Add(duplicate);
        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());
        context.Entry(duplicate).State = EntityState.Detached;
        await AddAsync(context, "second");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "second" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("d2", "savepoints a and b, `RollbackToSavepoint` a", EfCore = "Tx+ SaS sp+ cmd sp- SaD sp+ SaS sp+ cmd sp- SaD sp+ SaS sp+ cmd sp- SaD spRb SaS sp+ cmd sp- SaD C H", Stored = "before, after")]
    public async Task Drops_what_was_saved_above_a_savepoint_that_is_rolled_back_to()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "before");
        await calls.CreateSavepointAsync(transaction, "a");
        await AddAsync(context, "above a");
        await calls.CreateSavepointAsync(transaction, "b");
        await AddAsync(context, "above b");
        await calls.RollbackToAsync(transaction, "a");
        await AddAsync(context, "after");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("before"), new OrderPlaced("after") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "after", "before" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("d3", "`ReleaseSavepoint`, `Commit`", EfCore = "Tx+ sp+ SaS sp+ cmd sp- SaD sp- C H", Stored = "above a")]
    public async Task Keeps_what_was_saved_above_a_savepoint_that_is_released()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await calls.CreateSavepointAsync(transaction, "a");
        await AddAsync(context, "above a");
        await calls.ReleaseAsync(transaction, "a");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("above a") }));
        await AssertRowAsync();
    }

    [Test]
    public async Task Leaves_its_context_free_for_handlers_and_for_the_next_transaction()
    {
        var context = NewContext();
        var transactionWhenHandled = new List<IDbContextTransaction?>();
        Seen.WhenHandled = (@event, _, _) =>
        {
            transactionWhenHandled.Add(context.Database.CurrentTransaction);
            return default;
        };
        var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        await calls.CommitAsync(transaction);
        await calls.DisposeAsync(transaction);
        await using var next = await calls.BeginAsync(context);
        await AddAsync(context, "second");

        await calls.CommitAsync(next);

        Assert.That(transactionWhenHandled, Is.EqualTo(new object?[] { null, null }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    [Row("t10", "a handler throws after the commit of an explicit transaction", EfCore = "Tx+ SaS sp+ cmd sp- SaD C H", Stored = "first")]
    public async Task Is_not_reported_as_failed_when_a_handler_fails()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("handler");
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");

        Assert.That(() => calls.CommitAsync(transaction), Throws.Nothing);

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        await AssertRowAsync();
    }

    private async Task AddAsync(ShopContext context, string name)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }

    private async Task AssertNothingHappenedAsync(ShopContext context)
    {
        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);

        // and nothing is left over for the next commit
        context.ChangeTracker.Clear();
        await AddAsync(context, "later");
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("later") }));
    }
}

public sealed class ExplicitTransactionOnSqlite(Calls calls) : ExplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ExplicitTransactionOnPostgres(Calls calls) : ExplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

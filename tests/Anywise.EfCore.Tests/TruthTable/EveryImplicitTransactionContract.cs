using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of saves on their own; the first of them are in <see cref="Saving.ImplicitTransactionContract"/>.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryImplicitTransactionContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("a2", "`SaveChanges` of one update", EfCore = "SaS cmd H SaD", Stored = "2")]
    public async Task Delivers_the_event_of_an_update_when_its_row_is_committed()
    {
        await GivenAsync("1");
        var context = NewContext();
        (await context.Orders.SingleAsync()).Rename("2");

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("a3", "`SaveChanges` of one delete", EfCore = "SaS cmd H SaD", Stored = "2")]
    public async Task Delivers_the_event_of_a_delete_when_its_row_is_gone()
    {
        await GivenAsync("1", "2");
        var context = NewContext();
        var order = await context.Orders.SingleAsync(order => order.Name == "1");
        order.SayRemoved();
        context.Remove(order);

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("a5", "`SaveChanges` of an insert, an update and a delete", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "3, 4")]
    public async Task Delivers_the_events_of_different_statements_in_the_order_in_which_they_were_raised()
    {
        await GivenAsync("1", "2");
        var context = NewContext();
        var orders = await context.Orders.OrderBy(order => order.Name).ToListAsync();
        orders[0].SayRemoved();
        context.Remove(orders[0]);
        orders[1].Rename("3");
        context.Add(new Order("4"));

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("a6", "`SaveChanges` of one statement, which fails", EfCore = "SaS cmd cmdFail SaF", Stored = "1")]
    public async Task Leaves_the_event_of_a_statement_that_failed_on_its_aggregate()
    {
        await GivenAsync("1");
        var duplicate = new Order("1");
        await SaveThatFailsAsync(duplicate);

        Assert.That(duplicate.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    [Test]
    [Row("a7", "`SaveChanges` of two statements, the second fails", EfCore = "SaS Tx+ cmd cmdFail ~disp SaF", Stored = "1")]
    public async Task Leaves_the_events_of_all_statements_on_their_aggregates_when_one_fails()
    {
        await GivenAsync("1");
        var (order, duplicate) = (new Order("2"), new Order("1"));
        await SaveThatFailsAsync(order, duplicate);

        Assert.That(order.DomainEvents.Concat(duplicate.DomainEvents), Is.EqualTo(new[] { new OrderPlaced("2"), new OrderPlaced("1") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("h1", "`AutoTransactionBehavior.Never`, two inserts", EfCore = "SaS cmd H SaD", Stored = "1, 2")]
    public async Task Delivers_when_EF_Core_never_begins_a_transaction()
    {
        var context = NewContext();
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;

        await AddAsync(context, "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("h2", "`AutoTransactionBehavior.Never`, the second of two inserts fails", EfCore = "SaS cmd cmdFail SaF",
        Stored = "1, 2", StoredOnPostgres = "1", Seen = "1")]
    public async Task Follows_EF_Core_which_says_that_a_half_stored_save_failed()
    {
        await GivenAsync("1");
        var context = NewContext();
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        var (order, duplicate) = (new Order("2"), new Order("1"));
        while (duplicate.Id.CompareTo(order.Id) < 0)
        {
            duplicate = new Order("1"); // EF Core inserts in the order of keys, and those of one millisecond have none
        }

        context.AddRange(order, duplicate);
        Assert.That(() => Calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    [Test]
    [Row("h3", "`AutoTransactionBehavior.Always`, one insert", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "1")]
    public async Task Delivers_when_EF_Core_always_begins_a_transaction()
    {
        var context = NewContext();
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;

        await AddAsync(context, "1");

        await AssertRowAsync();
    }

    [Test]
    [Row("h4", "`AutoTransactionBehavior.Always`, nothing but an event", EfCore = "SaS H SaD", Stored = "1")]
    public async Task Delivers_an_event_alone_even_when_EF_Core_always_begins_a_transaction()
    {
        var context = NewContext();
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;

        await SaveOnlyAnEventAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("l1", "`SaveChanges(acceptAllChangesOnSuccess: false)`", EfCore = "SaS cmd H SaD", Stored = "1")]
    public async Task Delivers_once_although_the_changes_are_not_accepted()
    {
        var context = NewContext();
        var order = new Order("1");
        context.Add(order);

        await Calls.SaveAsync(context, acceptAllChanges: false);

        Assert.That(context.Entry(order).State, Is.EqualTo(EntityState.Added));
        Assert.That(order.DomainEvents, Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("n1", "`SaveChanges` without any change or event", EfCore = "SaS SaD", Stored = "1")]
    public async Task Delivers_nothing_when_there_is_nothing()
    {
        await GivenAsync("1");
        var context = NewContext();
        await context.Orders.SingleAsync();

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("n2", "`SaveChanges` without a change, but with an event", EfCore = "SaS H SaD", Stored = "1")]
    public async Task Delivers_an_event_although_no_row_is_written()
    {
        var context = NewContext();

        await SaveOnlyAnEventAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("r1", "`ExecuteUpdate` beside an unsaved event", EfCore = "bulk", Stored = "1 renamed", Seen = "1")]
    public async Task Leaves_events_alone_when_rows_are_updated_past_the_tracker()
    {
        await GivenAsync("1");
        var context = NewContext();
        (await context.Orders.SingleAsync()).Say(new OrderRenamed("1", "not yet"));

        await Calls.Of(
            () => context.Orders.ExecuteUpdate(rows => rows.SetProperty(order => order.Name, "1 renamed")),
            () => context.Orders.ExecuteUpdateAsync(rows => rows.SetProperty(order => order.Name, "1 renamed")));

        await AssertRowAsync();
    }

    [Test]
    [Row("r2", "`ExecuteDelete`", EfCore = "bulk", Seen = "1")]
    public async Task Sees_no_aggregate_where_rows_are_deleted_past_the_tracker()
    {
        await GivenAsync("1");
        var context = NewContext();

        await Calls.Of(() => context.Orders.ExecuteDelete(), () => context.Orders.ExecuteDeleteAsync());

        await AssertRowAsync();
    }

    private async Task SaveThatFailsAsync(params Order[] orders)
    {
        var context = NewContext();
        context.AddRange(orders);
        Assert.That(() => Calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "1" }));
    }

    /// <summary>The events say that the name of the order was another for a moment; nothing of it is a change.</summary>
    private async Task SaveOnlyAnEventAsync(ShopContext context)
    {
        await GivenAsync("1");
        var order = await context.Orders.SingleAsync();
        order.Say(new OrderRenamed("1", "other"));
        order.Say(new OrderRenamed("other", "1"));
        Assert.That(await Calls.SaveAsync(context), Is.Zero);
        Assert.That(Seen.Events, Has.Count.EqualTo(3));
    }
}

public sealed class EveryImplicitTransactionOnSqlite(Calls calls) : EveryImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryImplicitTransactionOnPostgres(Calls calls) : EveryImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>SaveChanges on its own: EF Core opens a transaction only where it needs one.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ImplicitTransactionContract(Calls calls) : ShopTest
{
    [Test]
    [Row("a1", "`SaveChanges` of one insert", EfCore = "SaS cmd H SaD", Stored = "first")]
    public async Task Delivers_the_event_of_a_single_statement_when_its_row_is_committed()
    {
        List<string>? storedWhenHandled = null;
        Seen.WhenHandled = async (_, _, _) => storedWhenHandled = await StoredOrdersAsync();
        var context = NewContext();
        context.Add(new Order("first"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(storedWhenHandled, Is.EqualTo(new[] { "first" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("a4", "`SaveChanges` of two inserts", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "first, second")]
    public async Task Delivers_the_events_of_several_statements_when_all_rows_are_committed()
    {
        var storedWhenHandled = new List<List<string>>();
        Seen.WhenHandled = async (_, _, _) => storedWhenHandled.Add(await StoredOrdersAsync());
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
        Assert.That(storedWhenHandled, Has.Count.EqualTo(2).And.All.EqualTo(new[] { "first", "second" }));
        await AssertRowAsync();
    }

    [Test]
    public async Task Delivers_the_events_of_many_aggregates_in_the_order_in_which_they_were_raised()
    {
        var (one, other) = (new Order("one"), new Order("other"));
        var context = NewContext();
        context.AddRange(other, one);
        one.Say(new OrderRenamed("a", "b"));
        other.Say(new OrderRenamed("c", "d"));
        one.Say(new OrderRenamed("e", "f"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[]
        {
            new OrderPlaced("one"), new OrderPlaced("other"), new OrderRenamed("a", "b"), new OrderRenamed("c", "d"), new OrderRenamed("e", "f"),
        }));
    }

    [Test]
    public async Task Delivers_each_event_once_however_often_the_context_saves()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);

        await calls.SaveAsync(context);
        await calls.SaveAsync(context);
        order.Rename("second");
        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderRenamed("first", "second") }));
        Assert.That(order.DomainEvents, Is.Empty);
    }

    [Test]
    public async Task Delivers_an_event_that_was_raised_twice_twice()
    {
        var context = NewContext();
        var order = await StoreAsync(context, "first");
        var renamed = new OrderRenamed("x", "y");
        order.Say(renamed);
        order.Say(renamed);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { renamed, renamed }));
    }

    [Test]
    public async Task Delivers_the_event_of_a_save_in_which_nothing_else_changed()
    {
        var context = NewContext();
        var order = await StoreAsync(context, "first");
        order.Say(new OrderRenamed("x", "y"));

        var rows = await calls.SaveAsync(context);

        Assert.That(rows, Is.Zero);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("x", "y") }));
    }

    [Test]
    public async Task Delivers_the_event_of_a_deleted_aggregate()
    {
        var context = NewContext();
        var order = await StoreAsync(context, "first");
        order.Say(new OrderRenamed("last", "words"));
        context.Remove(order);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("last", "words") }));
        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }

    [Test]
    public async Task Delivers_the_events_of_an_aggregate_that_is_only_reached_by_a_navigation()
    {
        var context = NewContext();
        var order = await StoreAsync(context, "first");
        order.Previous = new Order("reached");

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("reached") }));
    }

    [Test]
    public async Task Delivers_the_events_of_an_aggregate_that_came_from_a_query()
    {
        await StoreAsync(NewContext(), "first");
        var context = NewContext();
        var order = await context.Orders.SingleAsync();
        order.Rename("second");

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("first", "second") }));
    }

    [Test]
    public async Task Does_not_deliver_what_a_constructor_raises_while_a_query_builds_the_aggregate()
    {
        await StoreAsync(NewContext(), "first");
        var context = NewContext();
        var tracked = await context.Orders.SingleAsync();
        var untracked = await NewContext().Orders.AsNoTracking().SingleAsync();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(tracked.DomainEvents, Is.Empty);
        Assert.That(untracked.DomainEvents, Is.Empty);
    }

    [Test]
    public async Task Delivers_the_events_of_an_untracked_aggregate_that_is_attached_to_another_context()
    {
        await StoreAsync(NewContext(), "first");
        var order = await NewContext().Orders.AsNoTracking().SingleAsync();
        order.Say(new OrderRenamed("before", "attaching"));
        var context = NewContext();
        context.Attach(order);
        order.Rename("second");

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("before", "attaching"), new OrderRenamed("first", "second") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "second" }));
    }

    [Test]
    public async Task Delivers_the_events_of_an_aggregate_that_moved_from_a_disposed_context()
    {
        await StoreAsync(NewContext(), "first");
        var previous = NewContext();
        var order = await previous.Orders.SingleAsync();
        await calls.DisposeAsync(previous);
        var context = NewContext();
        context.Attach(order);
        order.Rename("second");

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("first", "second") }));
    }

    [Test]
    public async Task Delivers_the_events_of_aggregates_that_cannot_inherit()
    {
        var context = NewContext();
        var (invoice, receipt) = (new Invoice { Id = 1 }, new Receipt { Id = 2 });
        context.AddRange(invoice, receipt);
        invoice.Pay();
        receipt.DomainEvents.Raise(new InvoicePaid(2));
        await calls.SaveAsync(context);
        var loaded = NewContext();
        (await loaded.Invoices.SingleAsync()).Pay();
        (await loaded.Receipts.SingleAsync()).DomainEvents.Raise(new InvoicePaid(4));

        await calls.SaveAsync(loaded);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new InvoicePaid(1), new InvoicePaid(2), new InvoicePaid(1), new InvoicePaid(4) }));
    }

    [Test]
    public async Task Delivers_the_events_of_an_aggregate_that_is_derived_from_another()
    {
        var context = NewContext();
        var parcel = new Parcel(7);
        context.Add(parcel);
        await calls.SaveAsync(context);
        var loaded = NewContext();
        (await loaded.Shipments.SingleAsync()).Send();

        await calls.SaveAsync(loaded);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new ShipmentSent(7) }));
    }

    [Test]
    public async Task Does_not_deliver_the_events_of_an_aggregate_that_left_the_tracker()
    {
        var context = NewContext();
        var order = await StoreAsync(context, "first");
        order.Rename("second");
        context.Entry(order).State = EntityState.Detached;
        await calls.SaveAsync(context);
        var cleared = await context.Orders.SingleAsync();
        cleared.Rename("third");
        context.ChangeTracker.Clear();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task Does_not_deliver_the_events_of_an_aggregate_that_was_added_and_removed_again()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        context.Remove(order);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_when_changes_are_not_detected_automatically()
    {
        var context = NewContext();
        context.ChangeTracker.AutoDetectChangesEnabled = false;
        context.Add(new Order("first"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Returns_the_number_of_rows_that_the_application_changed()
    {
        Seen.WhenHandled = async (_, _, _) =>
        {
            var inHandler = NewContext();
            inHandler.Add(new Note { Text = "handled" });
            await calls.SaveAsync(inHandler);
        };
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));

        Assert.That(await calls.SaveAsync(context), Is.EqualTo(2));
    }

    /// <summary>Stores an order and forgets the event of its creation.</summary>
    private async Task<Order> StoreAsync(ShopContext context, string name)
    {
        var seen = Seen.Events.Count;
        var order = new Order(name);
        context.Add(order);
        await calls.SaveAsync(context);
        Assert.That(Seen.Events, Has.Count.EqualTo(seen + 1));
        Seen.Clear();
        return order;
    }
}

public sealed class ImplicitTransactionOnSqlite(Calls calls) : ImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ImplicitTransactionOnPostgres(Calls calls) : ImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

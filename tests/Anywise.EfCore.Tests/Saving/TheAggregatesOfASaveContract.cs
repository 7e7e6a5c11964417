using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>However an aggregate came to its context, and whatever it is: while it is tracked, its events are delivered.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class TheAggregatesOfASaveContract(Calls calls) : ShopTest
{
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
}

public sealed class TheAggregatesOfASaveOnSqlite(Calls calls) : TheAggregatesOfASaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class TheAggregatesOfASaveOnPostgres(Calls calls) : TheAggregatesOfASaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

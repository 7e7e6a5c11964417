using Anywise.EfCore.Tests.Support;

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
}

public sealed class ImplicitTransactionOnSqlite(Calls calls) : ImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ImplicitTransactionOnPostgres(Calls calls) : ImplicitTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

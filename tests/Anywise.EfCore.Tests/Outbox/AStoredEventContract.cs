using System.Text.Json;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Saves of a context with an outbox, while all goes well.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AStoredEventContract(Calls calls) : OutboxTest
{
    private JsonSerializerOptions? _json;

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.Json = _json ?? outbox.Json;
    }

    [Test]
    public async Task Is_in_the_table_while_its_handlers_run_and_gone_when_they_are_done()
    {
        var rows = 0;
        Seen.WhenHandled = async (_, _, _) => rows = (await RowsAsync()).Count;
        var context = NewContext();
        context.Add(new Order("first"));

        var written = await calls.SaveAsync(context);

        Assert.That(written, Is.EqualTo(1), "the row is none of the saver's business");
        Assert.That(context.ChangeTracker.Entries().Count(), Is.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(rows, Is.EqualTo(1));
        await EmptyAsync();
    }

    [Test]
    public async Task Is_written_as_the_application_writes_JSON()
    {
        _json = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper };
        var payload = "";
        Seen.WhenHandled = async (_, _, _) => payload = (await RowsAsync()).Single().Payload;
        await using var services = Build();
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        context.Add(new Order("first"));

        await calls.SaveAsync(context);

        Assert.That(payload, Does.Contain("\"data\":{\"NAME\":\"first\"}"));
    }

    [Test]
    public async Task Is_gone_before_the_container_is()
    {
        var services = Build();
        await using (var scope = services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            context.AddRange(Enumerable.Range(0, 20).Select(number => new Order($"order {number}")));
            await calls.SaveAsync(context);
        }

        await services.DisposeAsync();

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Shares_one_row_with_all_events_of_its_save()
    {
        var rows = new List<Row>();
        Seen.WhenHandled = async (_, _, _) => rows.AddRange(await RowsAsync());
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));

        await calls.SaveAsync(context);

        Assert.That(rows.Select(row => row.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Leaves_no_row_when_the_transaction_is_rolled_back()
    {
        var context = NewContext();
        await using (var transaction = await calls.BeginAsync(context))
        {
            context.Add(new Order("first"));
            await calls.SaveAsync(context);
            await calls.RollbackAsync(transaction);
        }

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Leaves_no_row_when_the_save_fails_and_one_when_it_is_tried_again()
    {
        await StoreAsync("taken");
        var context = NewContext();
        var order = new Order("taken");
        context.Add(order);
        Assert.That(async () => await calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());
        Assert.That(await RowsAsync(), Is.Empty);

        order.Rename("free");
        await calls.SaveAsync(context);

        Assert.That(Seen.Events.Skip(1), Is.EqualTo(new object[] { new OrderPlaced("taken"), new OrderRenamed("taken", "free") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Is_stored_also_when_nothing_else_has_changed()
    {
        await StoreAsync("first");
        var rows = 0;
        Seen.WhenHandled = async (_, _, _) => rows = (await RowsAsync()).Count;
        var context = NewContext();
        (await context.Orders.SingleAsync()).SayRemoved();

        await calls.SaveAsync(context);

        Assert.That(rows, Is.EqualTo(1));
        Assert.That(Seen.Events[^1], Is.EqualTo(new OrderRemoved("first")));
        await EmptyAsync();
    }

    [Test]
    public async Task Carries_the_key_that_the_database_has_generated()
    {
        var stored = "";
        Seen.WhenHandled = async (_, _, _) => stored = (await RowsAsync())[0].Payload;
        var context = NewContext();
        var ticket = new Ticket("first");
        context.Add(ticket);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new TicketOpened(ticket.Id, "first") }));
        Assert.That(stored, Does.Contain($"\"Id\":{ticket.Id}"));
        await EmptyAsync();
    }

    [Test]
    public async Task Is_handled_after_the_transaction_that_holds_it_and_in_order()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        context.Add(new Order("first"));
        await calls.SaveAsync(context);
        context.Add(new Ticket("second"));
        await calls.SaveAsync(context);
        Assert.That(Seen.Events, Is.Empty);

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events.Select(seen => seen.GetType()), Is.EqualTo(new[] { typeof(OrderPlaced), typeof(TicketOpened) }));
        await EmptyAsync();
    }

    [Test]
    public async Task Takes_the_changes_of_its_save_with_it_when_it_cannot_be_stored()
    {
        var context = NewContext();
        await using (var transaction = await calls.BeginAsync(context))
        {
            var ticket = new Ticket("first");
            ticket.SayLater(() => new TicketBound(typeof(Ticket)));
            context.Add(ticket);
            Assert.That(async () => await calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.StartsWith("Nothing was saved, because 'TicketBound'"));
            await calls.CommitAsync(transaction); // although it was told
        }

        Assert.That(NewContext().Set<Ticket>().Any(), Is.False);
        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    private async Task StoreAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
        await EmptyAsync();
    }
}

#pragma warning disable ANY006 // what it warns of is what happens
/// <summary>JSON has no types.</summary>
internal sealed record TicketBound(Type Cover) : IDomainEvent;
#pragma warning restore ANY006

public sealed class AStoredEventOnSqlite(Calls calls) : AStoredEventContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AStoredEventOnPostgres(Calls calls) : AStoredEventContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

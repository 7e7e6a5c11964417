using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The order of the events of each aggregate is preserved.</summary>
public abstract class AnOrderPerAggregateContract : OutboxTest
{
    private static readonly string[] Names = ["blue", "green", "red"];

    private readonly List<string> _handled = [];
    private Func<OrderRenamed, bool> _isBroken = static _ => false;

    [Test]
    public async Task Delivers_at_once_what_waits_for_nothing()
    {
        var blue = await AddAsync("blue");
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");

        Assert.That(Handled(), Is.EqualTo(new[] { "blue 1", "blue 2" }), "no relay is there");
        Assert.That(await RowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Parks_only_the_aggregate_whose_handler_fails()
    {
        var (blue, red) = (await AddAsync("blue"), await AddAsync("red"));
        _isBroken = renamed => renamed.To == "blue 1";
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        await RenameAsync(red, "1");
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1" }));

        await StartRelayAsync();
        await UntilAsync(async () => (await RowsAsync()).Exists(row => row.Attempt > 4));
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1" }), "the relay tries again, and nothing overtakes");
        _isBroken = static _ => false;

        await EmptyAsync();
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1", "blue 1", "blue 2" }));
    }

    [Test]
    public async Task Goes_on_as_soon_as_a_slow_handler_is_done()
    {
        var (isHandling, mayGoOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderRenamed { To: "blue 1" })
            {
                isHandling.SetResult();
                await mayGoOn.Task;
            }
        };
        var blue = await AddAsync("blue");
        await StartRelayAsync();
        var slow = Task.Run(() => RenameAsync(blue, "1"));
        await isHandling.Task;
        await RenameAsync(blue, "2");
        await UntilAsync(async () => (await RowsAsync()).Count(row => row.Attempt == 1) == 2);
        Assert.That(Handled(), Has.None.EqualTo("blue 2"));

        mayGoOn.SetResult();
        await slow;

        await EmptyAsync();
        Assert.That(Handled(), Is.EqualTo(new[] { "blue 1", "blue 2" }));
    }

    [Test]
    public async Task Parks_the_aggregate_behind_a_dead_handler_until_that_is_retried()
    {
        MaxAttempts = 1;
        _isBroken = renamed => renamed.To == "blue 1";
        var blue = await AddAsync("blue");
        await StartRelayAsync();
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }, { Attempt: > 0 }] or [{ Attempt: > 0 }, { Dead: 1 }]);
        Assert.That(Handled(), Is.Empty);

        _isBroken = static _ => false;
        var outbox = Services.GetRequiredService<IOutbox<ShopContext>>();
        await outbox.RetryAsync((await outbox.FindDeadAsync()).Single());

        await EmptyAsync();
        Assert.That(Handled(), Is.EqualTo(new[] { "blue 1", "blue 2" }));
    }

    [Test]
    public async Task Holds_between_relays_that_share_what_dead_processes_left([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var orders = new List<Guid>();
        foreach (var name in Names)
        {
            orders.Add(await AddAsync(name));
        }

        for (var number = 0; number < 30; number++)
        {
            await RenameAsync(orders[random.Next(orders.Count)], $"{number:00}", isCrashing: true);
        }

        await EndLeasesAsync();
        _isBroken = _ => random.Next(4) == 0;
        await Task.WhenAll(StartRelayAsync(), StartRelayAsync(Build()));

        await EmptyAsync();
        Assert.That(Handled(), Is.Unique.And.Count.EqualTo(30));
        foreach (var name in Names)
        {
            Assert.That(Handled().Where(one => one.StartsWith(name, StringComparison.Ordinal)), Is.Ordered);
        }
    }

    [Test]
    public async Task Writes_a_row_for_each_aggregate_of_a_save_and_delivers_them_as_they_were_raised()
    {
        var (blue, red) = (await AddAsync("blue"), await AddAsync("red"));
        var rows = 0;
        Seen.WhenHandled = async (_, _, _) => rows = Math.Max(rows, (await RowsAsync()).Count);
        var context = NewContext();
        var (first, second) = (await context.Orders.FindAsync(blue), await context.Orders.FindAsync(red));
        first!.Rename("blue 1");
        second!.Rename("red 1");
        first.Rename("blue 2");

        await context.SaveChangesAsync();

        Assert.That(rows, Is.EqualTo(2));
        Assert.That(Seen.Events.OfType<OrderRenamed>().Select(renamed => renamed.To), Is.EqualTo(new[] { "blue 1", "red 1", "blue 2" }));
        Assert.That(await RowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Holds_for_what_a_handler_changes_in_the_same_aggregate()
    {
        var blue = await AddAsync("blue");
        Seen.WhenHandled = async (@event, services, cancelled) =>
        {
            if (@event is OrderRenamed { To: "blue 1" })
            {
                var shop = services.GetRequiredService<ShopContext>();
                (await shop.Orders.FindAsync([blue], cancelled))!.Rename("blue 2");
                await shop.SaveChangesAsync(cancelled);
            }
        };

        await RenameAsync(blue, "1");

        Assert.That(Seen.Events.OfType<OrderRenamed>().Select(renamed => renamed.To), Is.EqualTo(new[] { "blue 1", "blue 2" }), "no relay is there");
        Assert.That(await RowsAsync(), Is.Empty);
    }

    [Test]
    public async Task Holds_from_the_first_event_of_an_aggregate_whose_key_the_database_generates()
    {
        Seen.WhenHandled = static (@event, _, _) => @event is InvoicePaid { Id: 0 } ? throw new InvalidOperationException("broken") : default;
        var context = NewContext();
        var invoice = new Invoice();
        invoice.Pay();
        context.Add(invoice);
        await context.SaveChangesAsync();
        invoice.Pay();
        await context.SaveChangesAsync();
        Assert.That(Seen.Events, Is.All.EqualTo(new InvoicePaid(0)));

        Seen.WhenHandled = static (_, _, _) => default;
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events[^1], Is.EqualTo(new InvoicePaid(invoice.Id)));
    }

    [Test]
    public async Task Lets_enqueued_messages_pass()
    {
        var blue = await AddAsync("blue");
        _isBroken = static _ => true;
        await RenameAsync(blue, "1");
        var context = NewContext();
        context.Enqueue(new OrderRemoved("enqueued"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events[^1], Is.EqualTo(new OrderRemoved("enqueued")));
    }

    [Test]
    public async Task Costs_an_idle_relay_nothing_while_an_aggregate_is_parked()
    {
        MaxAttempts = 1;
        _isBroken = static _ => true;
        var blue = await AddAsync("blue");
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        var context = NewContext();
        var store = Services.GetRequiredService<Outboxes>().Of(context, new OutboxOptions()).Store;

        Assert.That(await store.TimeUntilDueAsync(CancellationToken.None), Is.Null, "what is parked is not due");
        Assert.That(await store.ClaimAsync(10, from: 0, CancellationToken.None), Is.Empty);
    }

    private int MaxAttempts { get; set; } = 1000;

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
        outbox.MaxAttempts = MaxAttempts;
        outbox.PreserveOrderPerAggregate();
    }

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<RenamingHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton<Action<OrderRenamed>>(renamed =>
        {
            lock (_handled)
            {
                if (_isBroken(renamed))
                {
                    throw new InvalidOperationException("broken");
                }

                _handled.Add(renamed.To);
            }
        });
    }

    private List<string> Handled()
    {
        lock (_handled)
        {
            return [.. _handled];
        }
    }

    private async Task<Guid> AddAsync(string name)
    {
        var context = NewContext();
        var order = new Order(name);
        context.Add(order);
        await context.SaveChangesAsync();
        return order.Id;
    }

    /// <summary>Calls an order by its first name and a number.</summary>
    private async Task RenameAsync(Guid id, string number, bool isCrashing = false)
    {
        var context = NewContext();
        var order = (await context.Orders.FindAsync(id))!;
        order.Rename($"{order.Name.Split(' ')[0]} {number}");
        await using var transaction = isCrashing ? await context.Database.BeginTransactionAsync() : null;
        await context.SaveChangesAsync();
        await (transaction?.GetDbTransaction().CommitAsync() ?? Task.CompletedTask); // past EF Core, so that this process does not deliver
    }

    public sealed class RenamingHandler(Action<OrderRenamed> handled) : IEventHandler<OrderRenamed>
    {
        public ValueTask HandleAsync(OrderRenamed @event, CancellationToken cancellationToken)
        {
            handled(@event);
            return default;
        }
    }
}

public sealed class AnOrderPerAggregateOnSqlite : AnOrderPerAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnOrderPerAggregateOnPostgres : AnOrderPerAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The order of the events of each aggregate is preserved.</summary>
public abstract class AnOrderPerAggregateContract : PreservedOrderTest
{
    private static readonly string[] Names = ["blue", "green", "red"];

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
        IsBroken = _ => random.Next(4) == 0;
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
}

public sealed class AnOrderPerAggregateOnSqlite : AnOrderPerAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnOrderPerAggregateOnPostgres : AnOrderPerAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Delivering;

/// <summary>Handlers save, and so cause events themselves.</summary>
public abstract class ACascadeContract(Calls calls) : ShopTest
{
    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.MaxCascadeDepth = 5;

    [Test]
    public async Task Delivers_first_in_first_out()
    {
        // "1" and "2" are saved together; the handler of each saves two more
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is OrderPlaced { Name.Length: 1 } placed)
            {
                await AddAsync(services, placed.Name + "a");
                await AddAsync(services, placed.Name + "b");
            }
        };

        await AddAsync(NewScope(), "1", "2");

        Assert.That(Names(), Is.EqualTo(new[] { "1", "2", "1a", "1b", "2a", "2b" }));
    }

    [Test]
    public async Task Is_done_when_the_first_save_returns()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            await Task.Yield();
            if (@event is OrderPlaced { Name.Length: < 4 } placed)
            {
                await AddAsync(services, placed.Name + "x");
            }
        };

        await AddAsync(NewScope(), "1");

        Assert.That(Names(), Is.EqualTo(new[] { "1", "1x", "1xx", "1xxx" }));
        Assert.That(await StoredOrdersAsync(), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Lets_the_save_of_a_handler_return_before_its_events_are_handled()
    {
        var handledWhenSaved = -1;
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is OrderPlaced { Name: "1" })
            {
                await AddAsync(services, "2");
                handledWhenSaved = Seen.Events.Count;
            }
        };

        await AddAsync(NewScope(), "1");

        Assert.That(handledWhenSaved, Is.EqualTo(1));
        Assert.That(Names(), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task Waits_for_the_commit_of_a_transaction_that_a_handler_began()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is OrderPlaced { Name: "1" })
            {
                var context = services.GetRequiredService<ShopContext>();
                await using var transaction = await calls.BeginAsync(context);
                await AddAsync(services, "committed");
                await calls.CommitAsync(transaction);
                await using var other = await calls.BeginAsync(context);
                await AddAsync(services, "rolled back");
            }
        };

        await AddAsync(NewScope(), "1");

        Assert.That(Names(), Is.EqualTo(new[] { "1", "committed" }));
    }

    [Test]
    public async Task Ends_at_the_depth_limit_with_an_error_that_names_the_chain()
    {
        using var lost = new CounterReading("anywise.events.lost");
        Seen.WhenHandled = async (@event, services, _) =>
        {
            var context = services.GetRequiredService<ShopContext>();
            var order = await context.Orders.SingleAsync();
            order.Say(@event is Ponged ? new Pinged() : new Ponged());
            await calls.SaveAsync(context);
        };

        await AddAsync(NewScope(), "1");

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderPlaced("1"), new Ponged(), new Pinged(), new Ponged(), new Pinged() }));
        var (level, text, _) = LogEntries.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Error));
        Assert.That(text, Does.Contain("5 events in a row led to it: OrderPlaced → ACascadeContract.Ponged → ACascadeContract.Pinged → ACascadeContract.Ponged → ACascadeContract.Pinged → ACascadeContract.Ponged."));
        Assert.That(lost.Counted, Is.EqualTo(new[] { "1 anywise.event=ACascadeContract.Ponged" }));
    }

    [Test]
    public async Task Begins_anew_for_what_a_handler_started_and_did_not_await()
    {
        var firstIsDone = new TaskCompletionSource();
        Task? started = null;
        Seen.WhenHandled = (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "1" })
            {
                started = Task.Run(async () =>
                {
                    await firstIsDone.Task;
                    await AddAsync(NewScope(), "2");
                });
            }

            return default;
        };
        await AddAsync(NewScope(), "1");
        firstIsDone.SetResult();

        await started!;

        Assert.That(Names(), Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public async Task Takes_what_a_handler_saves_on_several_threads()
    {
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "0" })
            {
                var gate = new SemaphoreSlim(1); // one writer at a time, as SQLite wants it
                await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(async () =>
                {
                    await gate.WaitAsync();
                    try
                    {
                        await AddAsync(NewScope(), $"{number}");
                    }
                    finally
                    {
                        gate.Release();
                    }
                })));
            }
        };

        await AddAsync(NewScope(), "0");

        Assert.That(Names().Order(), Is.EqualTo(Enumerable.Range(0, 9).Select(number => $"{number}")));
    }

    private IEnumerable<string> Names() => Seen.Events.OfType<OrderPlaced>().Select(placed => placed.Name);

    private IServiceProvider NewScope()
    {
        lock (this)
        {
            return Dispose(Services.CreateAsyncScope()).ServiceProvider;
        }
    }

    private async Task AddAsync(IServiceProvider services, params string[] names)
    {
        var context = services.GetRequiredService<ShopContext>();
        context.AddRange(names.Select(name => new Order(name)));
        await calls.SaveAsync(context);
    }

    private sealed record Pinged : IDomainEvent;

    private sealed record Ponged : IDomainEvent;
}

[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class ACascadeOnSqlite(Calls calls) : ACascadeContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class ACascadeOnPostgres(Calls calls) : ACascadeContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

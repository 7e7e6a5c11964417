using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>One save has several events of an aggregate whose order is preserved, and a handler of the first fails.</summary>
public abstract class AnOrderWithinASaveContract : OutboxTest
{
    private readonly List<IEvent> _handled = [];
    private int _failures;

    private IOutbox<ShopContext> Outbox => Services.GetRequiredService<IOutbox<ShopContext>>();

    [Test]
    public async Task Holds_up_the_later_events_until_that_handler_succeeds()
    {
        _failures = 3;
        await SaveTwoAsync("blue");
        Assert.That(_handled, Is.Empty);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("\"event\":1").And.Contain("\"attempts\":0"), "the later one has not been called");

        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(_handled, Is.EqualTo(TwoOf("blue")));
    }

    [Test]
    public async Task Parks_the_later_events_behind_it_when_it_is_dead_until_it_is_discarded()
    {
        _failures = int.MaxValue;
        await StartRelayAsync();
        await SaveTwoAsync("blue");
        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Assert.That(await Outbox.CountAsync(), Is.EqualTo(new OutboxCounts(Waiting: 0, Dead: 1, OldestDue: null)), "what is parked is not due");
        Assert.That(_handled, Is.Empty);
        _failures = 0;

        await Outbox.DiscardAsync((await Outbox.FindDeadAsync()).Single());

        await EmptyAsync();
        Assert.That(_handled, Is.EqualTo(TwoOf("blue").Skip(1)));
    }

    [Test]
    public async Task Lets_other_aggregates_and_enqueued_messages_of_the_save_pass()
    {
        _failures = 1;
        var context = NewContext();
        context.Add(new Order("blue"));
        context.Enqueue(new OrderPlaced("enqueued"));
        context.Add(new Order("red"));

        await context.SaveChangesAsync();

        Assert.That(_handled, Is.EqualTo(new[] { new OrderPlaced("enqueued"), new OrderPlaced("red") }));
        Assert.That(await RowsAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Lets_enqueued_messages_pass_one_of_which_fails()
    {
        _failures = 1;
        var context = NewContext();
        context.Enqueue(new OrderPlaced("first"));
        context.Enqueue(new OrderPlaced("second"));

        await context.SaveChangesAsync();

        Assert.That(_handled, Is.EqualTo(new[] { new OrderPlaced("second") }));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        (outbox.MaxRetryDelay, outbox.MaxAttempts) = (TimeSpan.FromMilliseconds(10), 5);
        outbox.PreserveOrderPerAggregate();
    }

    private static IEvent[] TwoOf(string name) => [new OrderPlaced(name), new OrderRemoved(name)];

    private async Task SaveTwoAsync(string name)
    {
        var (context, order) = (NewContext(), new Order(name));
        order.SayRemoved();
        context.Add(order);
        await context.SaveChangesAsync();
    }

    [SetUp]
    public void Fail_as_often_as_the_test_says() => Seen.WhenHandled = (@event, _, _) =>
    {
        lock (_handled)
        {
            if (_failures-- > 0)
            {
                throw new InvalidOperationException("broken");
            }

            _handled.Add(@event);
        }

        return default;
    };
}

public sealed class AnOrderWithinASaveOnSqlite : AnOrderWithinASaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnOrderWithinASaveOnPostgres : AnOrderWithinASaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

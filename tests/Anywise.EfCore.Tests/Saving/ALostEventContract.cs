using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>An aggregate takes events with it that no save has found.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ALostEventContract(Calls calls) : ShopTest
{
    protected override void AddContext(IServiceCollection services) => services.AddDbContextPool<ShopContext>(Configure, poolSize: 1);

    [Test]
    public async Task Is_reported_when_its_aggregate_is_detached()
    {
        var (context, order) = await TrackedAsync();
        order.Rename("second");
        order.Say(new OrderRenamed("x", "y"));

        context.Entry(order).State = EntityState.Detached;

        AssertReported(order, "OrderRenamed, OrderRenamed");
    }

    [Test]
    public async Task Is_reported_when_the_tracker_is_cleared()
    {
        var (context, order) = await TrackedAsync();
        order.Rename("second");

        context.ChangeTracker.Clear();

        AssertReported(order, "OrderRenamed");
    }

    [Test]
    public async Task Is_reported_when_its_context_is_disposed()
    {
        var context = new ShopContext(Services.CreateAsyncScope().ServiceProvider.GetRequiredService<DbContextOptions<ShopContext>>());
        var order = context.Add(new Order("first")).Entity;

        await calls.DisposeAsync(context);

        AssertReported(order, "OrderPlaced");
    }

    [Test]
    public async Task Is_reported_when_its_context_returns_to_the_pool()
    {
        var scope = Services.CreateAsyncScope();
        var order = scope.ServiceProvider.GetRequiredService<ShopContext>().Add(new Order("first")).Entity;

        if (calls == Calls.Sync)
        {
            scope.Dispose();
        }
        else
        {
            await scope.DisposeAsync();
        }

        AssertReported(order, "OrderPlaced");
    }

    [Test]
    public async Task Is_counted_by_its_type()
    {
        using var lost = new CounterReading("anywise.events.lost");
        var (context, order) = await TrackedAsync();
        order.Rename("second");

        context.ChangeTracker.Clear();

        Assert.That(lost.Counted, Is.EqualTo(new[] { "1 anywise.event=OrderRenamed" }));
    }

    [Test]
    public async Task Is_reported_when_it_is_raised_on_an_aggregate_that_nobody_tracks()
    {
        await TrackedAsync();
        var order = await NewContext().Orders.AsNoTracking().SingleAsync();

        order.Rename("second");

        var (level, text, _) = LogEntries.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Warning));
        Assert.That(text, Does.StartWith($"'OrderRenamed' was raised by Order {order.Id}").And.Contain("without tracking").And.Contain("'Attach'"));
    }

    [Test]
    public async Task Is_reported_when_the_context_of_the_query_without_tracking_is_gone()
    {
        await TrackedAsync();
        var context = new ShopContext(Services.CreateAsyncScope().ServiceProvider.GetRequiredService<DbContextOptions<ShopContext>>());
        var order = await context.Orders.AsNoTracking().SingleAsync();
        await calls.DisposeAsync(context);

        order.Rename("second");

        Assert.That(LogEntries.Entries.Single().Text, Does.StartWith($"'OrderRenamed' was raised by Order {order.Id}"));
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Is_no_news_after_a_save_that_failed()
    {
        var (_, _) = await TrackedAsync();
        var context = new ShopContext(Services.CreateAsyncScope().ServiceProvider.GetRequiredService<DbContextOptions<ShopContext>>());
        context.Add(new Order("first"));
        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        await calls.DisposeAsync(context);

        Assert.That(LogEntries.Entries, Is.Empty);
    }

    [Test]
    public async Task Is_no_news_after_a_rollback()
    {
        var (context, order) = await TrackedAsync();
        await using (await calls.BeginAsync(context))
        {
            order.Rename("second");
            await calls.SaveAsync(context, acceptAllChanges: false);
        }

        context.ChangeTracker.Clear();

        Assert.That(LogEntries.Entries, Is.Empty);
    }

    [Test]
    public async Task Is_none_when_everything_was_saved()
    {
        var (context, order) = await TrackedAsync();
        order.Rename("second");
        context.Remove(order);
        await calls.SaveAsync(context);

        await calls.DisposeAsync(context);

        Assert.That(LogEntries.Entries, Is.Empty);
    }

    private async Task<(ShopContext Context, Order Order)> TrackedAsync()
    {
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;
        await calls.SaveAsync(context);
        return (context, order);
    }

    private void AssertReported(Order order, string events)
    {
        var (level, text, _) = LogEntries.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Warning));
        Assert.That(text, Does.StartWith($"Order {order.Id} left its context with unsaved events, which are not delivered: {events}."));
    }
}

public sealed class ALostEventOnSqlite(Calls calls) : ALostEventContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ALostEventOnPostgres(Calls calls) : ALostEventContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

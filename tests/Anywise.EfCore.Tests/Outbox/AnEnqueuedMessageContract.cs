using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The application enqueues commands and events that no aggregate raises.</summary>
public abstract class AnEnqueuedMessageContract : OutboxTest
{
    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Test]
    public async Task Is_delivered_after_a_save_that_has_nothing_else_to_save([Values] bool isAsync)
    {
        var context = NewContext();
        context.Enqueue(new OrderPlaced("imported"));
        Assert.That(Seen.Events, Is.Empty);

        Assert.That(isAsync ? await context.SaveChangesAsync() : context.SaveChanges(), Is.Zero, "the count is that of the user's entities");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("imported") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Is_delivered_in_turn_with_what_aggregates_raise()
    {
        var context = NewContext();
        context.Enqueue(new OrderRemoved("before"));
        context.Add(new Order("first"));
        context.Enqueue(new OrderRemoved("after"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderRemoved("before"), new OrderPlaced("first"), new OrderRemoved("after") }));
    }

    [Test]
    public async Task Is_delivered_at_once_if_its_time_is_the_earliest_there_is()
    {
        await StartRelayAsync();
        var context = NewContext();
        context.Enqueue(new OrderPlaced("imported"), default(DateTimeOffset));

        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("imported") }));
    }

    [Test]
    public async Task Stays_for_the_next_save_when_a_save_fails()
    {
        await using (var other = NewContext())
        {
            other.Add(new Order("taken"));
            await other.SaveChangesAsync();
        }

        Seen.Clear();
        var context = NewContext();
        var order = new Order("taken");
        context.Add(order);
        context.Enqueue(new OrderRemoved("enqueued"));
        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
        context.Entry(order).State = EntityState.Detached;

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRemoved("enqueued") }));
    }

    [Test]
    public async Task Is_rolled_back_with_the_transaction()
    {
        await using (var context = NewContext())
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Enqueue(new OrderPlaced("now"));
            context.Enqueue(new OrderPlaced("later"), Now);
            await context.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        await StartRelayAsync();
        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Knows_the_message_that_caused_it()
    {
        var (ids, causes) = (new List<Guid>(), new List<(Guid? Cause, Guid Correlation)>());
        Seen.WhenHandled = async (@event, services, _) =>
        {
            var message = services.GetRequiredService<MessageContext>();
            causes.Add((message.CausationId, message.CorrelationId));
            ids.Add(message.MessageId);
            if (@event is OrderPlaced)
            {
                var shop = services.GetRequiredService<ShopContext>();
                shop.Enqueue(new OrderRemoved("caused"), Now);
                await shop.SaveChangesAsync();
            }
        };
        await StartRelayAsync();
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Has.Count.EqualTo(2));
        Assert.That(causes[1], Is.EqualTo(((Guid?)ids[0], causes[0].Correlation)));
        Assert.That(LogEntries.WarningIds, Is.Empty, "what happens later is not part of this cascade, which may not be deeper");
    }

    [Test]
    public async Task Is_reported_when_no_save_takes_it()
    {
        await using (var scope = Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<ShopContext>().Enqueue(new OrderPlaced("forgotten"));
        }

        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Warning).Text, Does.Contain("OrderPlaced"));
    }

    [Test]
    public async Task Does_not_survive_the_lease_of_a_pooled_context()
    {
        await using var pooled = Build(services => services.AddDbContextPool<PooledShop>(Configure));
        PooledShop first;
        await using (var scope = pooled.CreateAsyncScope())
        {
            first = scope.ServiceProvider.GetRequiredService<PooledShop>();
            first.Enqueue(new OrderPlaced("of the first lease"));
        }

        await using (var scope = pooled.CreateAsyncScope())
        {
            var second = scope.ServiceProvider.GetRequiredService<PooledShop>();
            Assert.That(second, Is.SameAs(first));
            second.Enqueue(new OrderPlaced("of the second"));
            await second.SaveChangesAsync();
        }

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("of the second") }));
    }

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.MaxCascadeDepth = 1;

    public sealed class PooledShop(DbContextOptions<PooledShop> options) : ShopContext(options);
}

public sealed class AnEnqueuedMessageOnSqlite : AnEnqueuedMessageContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnEnqueuedMessageOnPostgres : AnEnqueuedMessageContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Nobody waits for the handlers.</summary>
public abstract class ABackgroundDeliveryContract : OutboxTest
{
    [Test]
    public async Task Lets_the_save_return_before_the_handlers_are_done()
    {
        var isSaved = new TaskCompletionSource();
        Seen.WhenHandled = async (_, _, cancellationToken) => await isSaved.Task.WaitAsync(cancellationToken);

        await SaveAsync("first"); // would wait for ever
        isSaved.SetResult();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Lets_a_commit_return_also_when_its_first_save_had_nothing_to_store()
    {
        var renaming = new Renaming();
        await using var services = new ServiceCollection().AddSingleton(renaming).AddAnywise(anywise => anywise.AddHandler<RenamedHandler>())
            .AddDbContext<ShopContext>(Configure).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            var order = new Order("first"); // of whose event nobody wants to know
            context.Add(order);
            await context.SaveChangesAsync();
            order.Rename("second");
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
        }

        renaming.MayEnd.SetResult();
        await renaming.Ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await EmptyAsync();
    }

    [Test]
    public async Task Belongs_to_the_trace_of_the_save()
    {
        using var trace = new TraceReading();

        await SaveAsync("first");

        await EmptyAsync();
        await UntilAsync(() => Task.FromResult(trace.Stopped.Count == 2));
        Assert.That(trace.Stopped, Is.EqualTo(new[] { "deliver OrderPlaced > handle SeeingHandler", "deliver OrderPlaced" }));
    }

    [Test]
    public async Task Makes_savers_deliver_themselves_when_there_are_too_many_of_them()
    {
        var mayEnd = new TaskCompletionSource();
        var calls = 0;
        Seen.WhenHandled = async (_, _, cancellationToken) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await mayEnd.Task.WaitAsync(cancellationToken);
            }
        };

        for (var number = 0; number < 20; number++)
        {
            await SaveAsync($"order {number}");
        }

        Assert.That(Seen.Events, Has.Count.GreaterThanOrEqualTo(4), "one is stuck, sixteen wait, and the rest found no room");
        mayEnd.SetResult();
        await EmptyAsync();
        Assert.That(Seen.Events, Is.Unique.And.Count.EqualTo(20));
    }

    [Test]
    public async Task Goes_on_after_a_delivery_that_throws_and_ends_with_the_process([Values] bool isLate)
    {
        var outbox = await MakeOutboxAsync();
        for (var number = 0; number < 3; number++)
        {
            outbox.Deliveries.TryTake(async () =>
            {
                if (isLate)
                {
                    await Task.Yield();
                }

                throw new InvalidOperationException("delivery");
            });
        }

        await SaveAsync("first");

        await EmptyAsync();
        await outbox.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(LogEntries.Entries.Count(entry => entry.Exception?.Message == "delivery"), Is.EqualTo(3));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.Delivery = OutboxDelivery.Background;
        outbox.MaxConcurrency = 1;
    }

    internal sealed class Renaming
    {
        public TaskCompletionSource MayEnd { get; } = new();

        public TaskCompletionSource Ended { get; } = new();
    }

    internal sealed class RenamedHandler(Renaming renaming) : IEventHandler<OrderRenamed>
    {
        public async ValueTask HandleAsync(OrderRenamed @event, CancellationToken cancellationToken)
        {
            await renaming.MayEnd.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            renaming.Ended.SetResult();
        }
    }

    private async Task<ContextOutbox> MakeOutboxAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        return Services.GetRequiredService<Outboxes>().Of(context, Outboxes.OptionsOf(context)!);
    }

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }
}

public sealed class ABackgroundDeliveryOnSqlite : ABackgroundDeliveryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ABackgroundDeliveryOnPostgres : ABackgroundDeliveryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

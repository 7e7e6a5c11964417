using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>A save that does not succeed, in each of the ways that EF Core tells about, or doesn't.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AFailedSaveContract(Calls calls) : ShopTest
{
    private readonly UsersInterceptor _interceptor = new();

    [Test]
    public async Task Delivers_nothing_and_leaves_the_events_on_their_aggregates()
    {
        await StoreAsync(NewContext(), "taken");
        var context = NewContext();
        var (order, duplicate) = (new Order("new"), new Order("taken"));
        context.AddRange(order, duplicate);
        duplicate.Say(new OrderRenamed("x", "y"));

        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderPlaced("new") }));
        Assert.That(duplicate.DomainEvents, Is.EqualTo(new Domain.IDomainEvent[] { new OrderPlaced("taken"), new OrderRenamed("x", "y") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "taken" }));
    }

    [Test]
    public async Task Is_followed_by_one_delivery_when_the_next_attempt_succeeds()
    {
        await StoreAsync(NewContext(), "taken");
        var context = NewContext();
        var duplicate = new Order("taken");
        context.Add(duplicate);
        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());
        duplicate.Rename("free");

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("taken"), new OrderRenamed("taken", "free") }));
        Assert.That(duplicate.DomainEvents, Is.Empty);
    }

    [Test]
    public async Task Keeps_the_events_after_a_concurrency_conflict()
    {
        var context = await ConflictingContextAsync();
        var order = await context.Orders.SingleAsync();
        order.Rename("mine");
        await StealAsync();

        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateConcurrencyException>());

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderRenamed("first", "mine") }));
    }

    [Test]
    public async Task Delivers_once_when_a_concurrency_conflict_is_resolved()
    {
        var context = await ConflictingContextAsync();
        var order = await context.Orders.SingleAsync();
        order.Rename("mine");
        await StealAsync();
        var conflict = Assert.CatchAsync<DbUpdateConcurrencyException>(() => calls.SaveAsync(context))!;
        var entry = conflict.Entries.Single();
        entry.OriginalValues.SetValues((await entry.GetDatabaseValuesAsync())!);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("first", "mine") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task Delivers_everything_when_it_is_cancelled_after_the_commit()
    {
        using var cancellation = new CancellationTokenSource();
        _interceptor.WhenCommitted = cancellation.Cancel;
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));

        await context.SaveChangesAsync(cancellation.Token);

        Assert.That(cancellation.IsCancellationRequested, Is.True);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
    }

    [Test]
    public async Task Keeps_the_events_when_the_save_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        context.ChangeTracker.DetectedAllChanges += (_, _) => cancellation.Cancel();

        Assert.That(() => context.SaveChangesAsync(cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_interceptor);

    private async Task<ShopContext> ConflictingContextAsync()
    {
        await StoreAsync(NewContext(), "first");
        return NewContext();
    }

    /// <summary>Somebody else renames the order.</summary>
    private async Task StealAsync()
    {
        var other = NewContext();
        (await other.Orders.SingleAsync()).Rename("stolen");
        await calls.SaveAsync(other);
        Seen.Clear();
    }
}

public sealed class AFailedSaveOnSqlite(Calls calls) : AFailedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AFailedSaveOnPostgres(Calls calls) : AFailedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

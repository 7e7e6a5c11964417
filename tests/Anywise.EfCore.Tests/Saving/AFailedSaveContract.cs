using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>A save that does not succeed, in each of the ways that EF Core tells about, or doesn't.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AFailedSaveContract(Calls calls) : ShopTest
{
    private readonly UsersInterceptor _interceptor = new();

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            options.AddInterceptors(_interceptor);
        });

    [Test]
    public async Task Delivers_nothing_and_leaves_the_events_on_their_aggregates()
    {
        await StoreAsync("taken");
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
        await StoreAsync("taken");
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
    public async Task Keeps_the_events_when_an_interceptor_refuses_the_save()
    {
        _interceptor.WhenSaving = _ => throw new InvalidOperationException("not today");
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("not today"));
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        _interceptor.Reset();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Keeps_the_events_in_order_when_an_interceptor_detects_changes_and_then_refuses()
    {
        _interceptor.WhenSaving = context =>
        {
            context.ChangeTracker.DetectChanges();
            throw new InvalidOperationException("not today");
        };
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException);
        context.ChangeTracker.DetectChanges();
        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderPlaced("first") }));
        order.Rename("second");
        _interceptor.Reset();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderRenamed("first", "second") }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Delivers_what_an_interceptor_raises_while_saving(bool detectsChanges)
    {
        var order = new Order("first");
        _interceptor.WhenSaving = context =>
        {
            context.ChangeTracker.DetectChanges(); // early, before the last event is raised
            order.Say(new OrderRenamed("by", "interceptor"));
        };
        var context = NewContext();
        context.ChangeTracker.AutoDetectChangesEnabled = detectsChanges;
        context.Add(order);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderRenamed("by", "interceptor") }));
    }

    [Test]
    public async Task Delivers_what_is_raised_around_a_save_inside_the_save()
    {
        var order = new Order("first");
        _interceptor.WhenSaving = context =>
        {
            _interceptor.Reset();
            context.SaveChanges();
            order.Rename("second");
        };
        var context = NewContext();
        context.Add(order);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderRenamed("first", "second") }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Keeps_the_events_when_an_interceptor_answers_instead_of_the_database(bool detectsChanges)
    {
        _interceptor.Suppress = true;
        var context = NewContext();
        context.ChangeTracker.AutoDetectChangesEnabled = detectsChanges;
        var order = new Order("first");
        context.Add(order);
        Assert.That(await calls.SaveAsync(context), Is.EqualTo(42));
        Assert.That(Seen.Events, Is.Empty);
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        _interceptor.Reset();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
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

    [Test]
    public async Task Does_not_deliver_twice_when_an_interceptor_throws_after_the_commit()
    {
        _interceptor.WhenSaved = () => throw new InvalidOperationException("too late");
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException);
        _interceptor.Reset();

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(order.DomainEvents, Is.Empty);
    }

    private async Task StoreAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await calls.SaveAsync(context);
        Seen.Clear();
    }

    private async Task<ShopContext> ConflictingContextAsync()
    {
        await StoreAsync("first");
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

    private sealed class UsersInterceptor : SaveChangesInterceptor, IDbTransactionInterceptor
    {
        public Action<DbContext> WhenSaving { get; set; } = static _ => { };

        public Action WhenSaved { get; set; } = static () => { };

        public Action WhenCommitted { get; set; } = static () => { };

        public bool Suppress { get; set; }

        public void Reset() => (WhenSaving, WhenSaved, Suppress) = (static _ => { }, static () => { }, false);

        public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => WhenCommitted();

        public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            WhenCommitted();
            return Task.CompletedTask;
        }

        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            WhenSaving(eventData.Context!);
            return Suppress ? InterceptionResult<int>.SuppressWithResult(42) : result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(SavingChanges(eventData, result));

        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
        {
            WhenSaved();
            return result;
        }

        public override ValueTask<int> SavedChangesAsync(
            SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
            new(SavedChanges(eventData, result));
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

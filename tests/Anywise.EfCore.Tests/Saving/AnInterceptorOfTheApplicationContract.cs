using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>An interceptor of the application raises, saves, refuses or answers while a save is under way.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AnInterceptorOfTheApplicationContract(Calls calls) : ShopTest
{
    private readonly UsersInterceptor _interceptor = new();

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

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_interceptor);
}

public sealed class AnInterceptorOfTheApplicationOnSqlite(Calls calls) : AnInterceptorOfTheApplicationContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AnInterceptorOfTheApplicationOnPostgres(Calls calls) : AnInterceptorOfTheApplicationContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

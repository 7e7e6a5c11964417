using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Delivering;

public abstract class TheHandlersOfAnEventContract : ShopTest
{
    private readonly Record _calls = new();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise
        .AddHandler<Zebra>()
        .AddHandler<Last>()
        .AddHandler<Failing>()
        .AddHandler<Aardvark>()
        .AddHandler<First>()
        .AddHandler<Aardvark>()
        .AddHandler<OfBaseAndDerived>().AddHandler<OfTwoBases>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_calls);
        services.AddScoped<PerScope>();
    }

    [Test]
    public async Task Run_in_the_stated_order_and_else_by_type_name()
    {
        await SaveAsync(new Happened());

        Assert.That(_calls.Handlers, Is.EqualTo(new[] { nameof(First), nameof(Aardvark), nameof(Failing), nameof(Zebra), nameof(Last) }));
    }

    [Test]
    public async Task Have_a_scope_each_that_is_disposed_after_them()
    {
        await SaveAsync(new Happened());

        Assert.That(_calls.Scopes.Distinct().Count(), Is.EqualTo(5));
        Assert.That(_calls.Scopes.Select(scope => scope.IsDisposed), Has.All.True);
        Assert.That(_calls.WasDisposedWhenHandled, Has.All.False);
    }

    [Test]
    public async Task Run_although_another_one_failed_and_the_save_succeeds()
    {
        var context = await SaveAsync(new Happened());

        Assert.That(_calls.Handlers, Has.Count.EqualTo(5));
        Assert.That(Seen.Events, Has.Member(new Happened()));
        Assert.That(context.ChangeTracker.HasChanges(), Is.False);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task Are_named_in_the_log_with_event_and_aggregate_when_they_fail()
    {
        var context = await SaveAsync(new Happened());

        var id = context.Orders.Local.Single().Id;
        var entry = LogEntries.Entries.Single();
        Assert.That(entry.Level, Is.EqualTo(LogLevel.Error));
        Assert.That(entry.Exception, Is.TypeOf<InvalidOperationException>().With.Message.EqualTo("failing"));
        Assert.That(entry.Text, Does.StartWith("'TheHandlersOfAnEventContract.Failing' failed to handle 'TheHandlersOfAnEventContract.Happened' ").And.Contain($"by Order {id}."));
    }

    [Test]
    public async Task Get_an_event_once_even_if_they_handle_its_base_too()
    {
        await SaveAsync(new HappenedAgain());

        Assert.That(_calls.Handlers, Is.EqualTo(new[] { "OfBaseAndDerived as HappenedAgain" }));
    }

    [Test]
    public async Task Get_the_events_that_are_derived_from_theirs()
    {
        await SaveAsync(new HappenedOtherwise());

        Assert.That(_calls.Handlers, Is.EqualTo(new[] { "OfBaseAndDerived as Base" }));
    }

    [Test]
    public async Task Get_an_event_by_each_of_their_methods_that_have_nothing_to_do_with_each_other()
    {
        await SaveAsync(new HappenedTwofold());

        Assert.That(_calls.Handlers, Is.EqualTo(new[] { "OfTwoBases as IOne", "OfTwoBases as IOther" }));
    }

    [Test]
    public async Task Are_counted_when_they_fail()
    {
        using var failures = new CounterReading("anywise.handler.failures");

        await SaveAsync(new Happened());

        Assert.That(failures.Counted, Is.EqualTo(new[] { "1 anywise.event=TheHandlersOfAnEventContract.Happened anywise.handler=TheHandlersOfAnEventContract.Failing" }));
    }

    [Test]
    public async Task May_fail_while_their_scope_is_disposed_without_harm()
    {
        _calls.FailWhenDisposed = true;

        await SaveAsync(new Happened());

        Assert.That(_calls.Handlers, Has.Count.EqualTo(5));
        Assert.That(LogEntries.Entries, Has.Count.EqualTo(5));
    }

    private async Task<ShopContext> SaveAsync(IDomainEvent @event, string name = "first")
    {
        var context = NewContext();
        var order = new Order(name);
        context.Add(order);
        order.Say(@event);
        await context.SaveChangesAsync();
        return context;
    }

    private sealed record Happened : IDomainEvent;

    private abstract record Base : IDomainEvent;

    private sealed record HappenedAgain : Base;

    private sealed record HappenedOtherwise : Base;

    private interface IOne : IDomainEvent;

    private interface IOther : IDomainEvent;

    private sealed record HappenedTwofold : IOne, IOther;

    private sealed class Record
    {
        public List<string> Handlers { get; } = [];

        public List<PerScope> Scopes { get; } = [];

        public List<bool> WasDisposedWhenHandled { get; } = [];

        public bool FailWhenDisposed { get; set; }

        public ValueTask Add(string handler, PerScope scope)
        {
            Handlers.Add(handler);
            Scopes.Add(scope);
            WasDisposedWhenHandled.Add(scope.IsDisposed);
            return default;
        }
    }

    private sealed class PerScope(Record calls) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose()
        {
            IsDisposed = true;
            if (calls.FailWhenDisposed)
            {
                throw new InvalidOperationException("disposing");
            }
        }
    }

    [HandlerOrder(1)]
    private sealed class Last(Record calls, PerScope scope) : IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => calls.Add(nameof(Last), scope);
    }

    private sealed class Zebra(Record calls, PerScope scope) : IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => calls.Add(nameof(Zebra), scope);
    }

    private sealed class Failing(Record calls, PerScope scope) : IEventHandler<Happened>
    {
        public async ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken)
        {
            await calls.Add(nameof(Failing), scope);
            throw new InvalidOperationException("failing");
        }
    }

    private sealed class Aardvark(Record calls, PerScope scope) : IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => calls.Add(nameof(Aardvark), scope);
    }

    [HandlerOrder(-1)]
    private sealed class First(Record calls, PerScope scope) : IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => calls.Add(nameof(First), scope);
    }

    private sealed class OfTwoBases(Record calls, PerScope scope) : IEventHandler<IOther>, IEventHandler<IOne>
    {
        public ValueTask HandleAsync(IOther @event, CancellationToken cancellationToken) => calls.Add("OfTwoBases as IOther", scope);

        public ValueTask HandleAsync(IOne @event, CancellationToken cancellationToken) => calls.Add("OfTwoBases as IOne", scope);
    }

    private sealed class OfBaseAndDerived(Record calls, PerScope scope) : IEventHandler<Base>, IEventHandler<HappenedAgain>
    {
        public ValueTask HandleAsync(Base @event, CancellationToken cancellationToken) => calls.Add("OfBaseAndDerived as Base", scope);

        public ValueTask HandleAsync(HappenedAgain @event, CancellationToken cancellationToken) => calls.Add("OfBaseAndDerived as HappenedAgain", scope);
    }
}

public sealed class TheHandlersOfAnEventOnSqlite : TheHandlersOfAnEventContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class TheHandlersOfAnEventOnPostgres : TheHandlersOfAnEventContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

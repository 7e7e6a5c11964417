using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>Handlers that run inside the save, on a pooled context, where they cannot have the context injected.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class BeforeTheCommitContract(Calls calls) : ShopTest
{
    private readonly Script _script = new();
    private readonly RaisingInterceptor _interceptor = new();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<ScriptedHandler>().AddHandler<LaterHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        services.AddSingleton(_script);
        services.AddDbContextPool<ShopContext>(options =>
        {
            Configure(options);
            options.AddInterceptors(_interceptor);
        });
    }

    [Test]
    public async Task Handlers_add_to_what_is_saved()
    {
        _script.On<OrderPlaced>((placed, unitOfWork) => unitOfWork.Add(new Note { Text = placed.Name }));
        var context = NewContext();
        context.Add(new Order("first"));

        var rows = await calls.SaveAsync(context);

        Assert.That(rows, Is.EqualTo(2));
        Assert.That(NewContext().Notes.Single().Text, Is.EqualTo("first"));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Handlers_change_what_the_saving_context_tracks()
    {
        _script.On<OrderPlaced>((_, unitOfWork) => unitOfWork.GetContext<ShopContext>().Orders.Local.Single().Rename("renamed"));
        var context = NewContext();
        context.Add(new Order("first"));

        await calls.SaveAsync(context);

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "renamed" }));
        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderPlaced("first"), new OrderRenamed("first", "renamed") }));
    }

    [Test]
    public async Task Handlers_run_for_what_handlers_cause_until_nothing_new_appears()
    {
        _script.On<OrderPlaced>((placed, unitOfWork) =>
        {
            if (placed.Name.Length < 4)
            {
                unitOfWork.Add(new Order(placed.Name + "x"));
            }
        });
        var context = NewContext();
        context.Add(new Order("1"));

        await calls.SaveAsync(context);

        Assert.That(_script.Handled, Is.EqualTo(new[] { "1", "1x", "1xx", "1xxx" }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "1", "1x", "1xx", "1xxx" }));
        Assert.That(Seen.Events, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Handlers_see_the_events_of_aggregates_that_are_only_reached_by_a_navigation()
    {
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;
        order.Previous = new Order("reached");

        await calls.SaveAsync(context);

        Assert.That(_script.Handled, Is.EquivalentTo(new[] { "first", "reached" }));
    }

    [Test]
    public async Task A_handler_that_throws_aborts_the_save_and_leaves_the_events()
    {
        _script.On<OrderPlaced>((_, _) => throw new InvalidOperationException("refused"));
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("refused"));

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }

    [Test]
    public async Task Handlers_run_again_when_the_save_is_tried_again_and_the_event_is_delivered_once()
    {
        _script.On<OrderPlaced>((_, _) => throw new InvalidOperationException("refused"));
        var context = NewContext();
        context.Add(new Order("first"));
        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException);
        _script.On<OrderPlaced>((_, _) => { });

        await calls.SaveAsync(context);

        Assert.That(_script.Handled, Is.EqualTo(new[] { "first", "first" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public void Handlers_that_cause_each_other_for_ever_abort_the_save()
    {
        _script.On<OrderPlaced>((_, unitOfWork) => unitOfWork.Add(new Order(Guid.NewGuid().ToString())));
        var context = NewContext();
        context.Add(new Order("first"));

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("after 32 rounds: OrderPlaced. Break the circle"));
    }

    [Test]
    public void A_handler_that_saves_aborts_the_save_with_the_remedy()
    {
        _script.On<OrderPlaced>((_, unitOfWork) => unitOfWork.GetContext<ShopContext>().SaveChanges());
        var context = NewContext();
        context.Add(new Order("first"));

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("saved 'ShopContext' while it is being saved"));
    }

    [Test]
    public void A_handler_that_commits_the_unit_of_work_aborts_the_save_with_the_remedy()
    {
        _script.OnAsync<OrderPlaced>((_, unitOfWork) => unitOfWork.CommitAsync());
        var context = NewContext();
        context.Add(new Order("first"));

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("saved 'ShopContext' while it is being saved"));
    }

    [Test]
    public void A_handler_that_asks_for_another_context_is_told_which_one_is_saved()
    {
        _script.On<OrderPlaced>((_, unitOfWork) => unitOfWork.GetContext<OtherContext>());
        var context = NewContext();
        context.Add(new Order("first"));

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("saves 'ShopContext', not 'BeforeTheCommitContract.OtherContext'"));
    }

    [Test]
    public async Task An_event_that_comes_too_late_for_its_handler_aborts_the_save()
    {
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;
        _interceptor.WhenSaving = () => order.Say(new OrderPlaced("late"));
        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("'OrderPlaced' was raised while the save was under way"));
        Assert.That(order.DomainEvents, Has.Count.EqualTo(2));
        _interceptor.WhenSaving = static () => { };

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("late") }));
    }

    [Test]
    public async Task Handlers_run_in_the_stated_order()
    {
        var context = NewContext();
        context.Add(new Order("first")).Entity.Say(new OrderRenamed("x", "y"));

        await calls.SaveAsync(context);

        Assert.That(_script.Handled, Is.EqualTo(new[] { "first", "OrderRenamed", "later" }));
    }

    private sealed class OtherContext : DbContext;

    private sealed class Script
    {
        private Func<IDomainEvent, IUnitOfWork, ValueTask> _whenHandled = static (_, _) => default;

        public List<string> Handled { get; } = [];

        public void On<TEvent>(Action<TEvent, IUnitOfWork> whenHandled) where TEvent : IDomainEvent => OnAsync<TEvent>((@event, unitOfWork) =>
        {
            whenHandled(@event, unitOfWork);
            return default;
        });

        public void OnAsync<TEvent>(Func<TEvent, IUnitOfWork, ValueTask> whenHandled) where TEvent : IDomainEvent =>
            _whenHandled = (@event, unitOfWork) => @event is TEvent expected ? whenHandled(expected, unitOfWork) : default;

        public ValueTask HandleAsync(IDomainEvent @event, IUnitOfWork unitOfWork)
        {
            Handled.Add(@event is OrderPlaced placed ? placed.Name : @event.GetType().Name);
            return _whenHandled(@event, unitOfWork);
        }
    }

    private sealed class ScriptedHandler(Script script) : IBeforeCommitHandler<IDomainEvent>
    {
        public ValueTask HandleAsync(IDomainEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => script.HandleAsync(@event, unitOfWork);
    }

    [HandlerOrder(1)]
    private sealed class LaterHandler(Script script) : IBeforeCommitHandler<OrderRenamed>
    {
        public ValueTask HandleAsync(OrderRenamed @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
        {
            script.Handled.Add("later");
            return default;
        }
    }

    private sealed class RaisingInterceptor : SaveChangesInterceptor
    {
        public Action WhenSaving { get; set; } = static () => { };

        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            WhenSaving();
            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            new(SavingChanges(eventData, result));
    }
}

public sealed class BeforeTheCommitOnSqlite(Calls calls) : BeforeTheCommitContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class BeforeTheCommitOnPostgres(Calls calls) : BeforeTheCommitContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox.Schedules;

/// <summary>A process that delivers one row step by step. Between two steps it may be paused for as long as a schedule likes.</summary>
internal sealed class SteppedRelay : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly LostAnswer _lostAnswer = new();
    private readonly ServiceProvider _services;
    private readonly EventRoute _route;
    private ContextOutbox _outbox = null!;
    private CascadeBatch? _batch;

    private CascadeStep Step => _batch!.StepOf(0);

    private StoredDelivery Row => (StoredDelivery)_batch!.Stored!.RowOf(Step)!;

    private SteppedRelay(string name, OneRow database)
    {
        Name = name;
        _services = new ServiceCollection()
            .AddSingleton(database)
            .AddSingleton<TimeProvider>(_clock)
            .AddAnywise(anywise => anywise.AddHandler<SavingHandler>().AddHandler<MailingHandler>())
            .AddDbContext<ShopContext>(options =>
            {
                database.Configure(options);
                options.AddInterceptors(_lostAnswer).AddAnywiseEvents(events => events.UseOutbox(outbox => outbox.Lease = Lease));
            })
            .BuildServiceProvider();
        _route = _services.GetRequiredService<HandlerRegistry>().RouteOf(typeof(OrderPlaced));
    }

    /// <summary>Whole seconds, which the database's arithmetic keeps exactly.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(1000);

    public string Name { get; }

    public bool HasRow => _batch is not null;

    public static async Task<SteppedRelay> StartAsync(string name, OneRow database)
    {
        var relay = new SteppedRelay(name, database);
        await using var scope = relay._services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await context.Database.EnsureCreatedAsync();
        relay._outbox = relay._services.GetRequiredService<Outboxes>().Of(context, new OutboxOptions { Lease = Lease });
        return relay;
    }

    /// <summary>Forgets what it was doing, and is about to deliver what it has saved, if it has.</summary>
    public async Task RestartAsync(OutboxRow? saved = null)
    {
        if (_batch is not null)
        {
            _outbox.Leases.LetGo(Row.Lease);
        }

        _batch = null;
        if (saved is not null)
        {
            await BeginAsync(saved);
        }
    }

    public bool CanHandle<THandler>() => _batch is not null && Row.Lease.IsDue(Step.Raised, typeof(THandler).FullName!);

    public async Task ClaimAsync()
    {
        if (await _outbox.Store.ClaimAsync(1, from: 0, CancellationToken.None) is [var row])
        {
            await BeginAsync(row);
        }
    }

    /// <summary>Gives the sign of life that is due.</summary>
    public void Beat() => _clock.Advance(Lease / 4);

    public async Task HandleAsync<THandler>(bool isAnswerLost = false)
    {
        _lostAnswer.IsArmed = isAnswerLost;
        var handler = _route.Handlers.Single(handler => handler.HandlerType == typeof(THandler));
        await Row.HandleAsync(Step, handler, _route, _services.GetRequiredService<IServiceScopeFactory>());
        _lostAnswer.IsArmed = false;
    }

    /// <summary>Completes the row, or gives it back if there is something left to do.</summary>
    public async Task EndAsync()
    {
        await _batch!.Stored!.FinishAsync();
        await _outbox.StopAsync(); // deletions are written together, later
        _batch = null;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task BeginAsync(OutboxRow row)
    {
        _batch = _outbox.BatchOf(new ClaimedRow(row, new OutboxLease(row.Id, row.Attempt, events: [], _outbox.Time.GetTimestamp())));
        Assert.That(await _batch.Stored!.BeginAsync(), Is.True);
    }

    internal sealed class SavingHandler(ShopContext context) : IEventHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            context.Add(new Note { Text = @event.Name });
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    internal sealed class MailingHandler(OneRow database) : IEventHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            database.Mailed++;
            return default;
        }
    }
}

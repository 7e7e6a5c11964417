using System.Collections.Concurrent;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Delivering;

/// <summary>The handlers of some events run side by side.</summary>
public sealed class AnEventThatIsHandledConcurrently : ShopTest
{
    private readonly Meeting _meeting = new();

    [Test]
    public async Task Has_all_its_handlers_running_at_the_same_time()
    {
        await SaveAsync(new Met("all"));

        Assert.That(_meeting.Left, Is.EqualTo(2)); // each waited for the other
        Assert.That(_meeting.Contexts, Is.Unique);
    }

    [Test]
    public async Task Is_concurrent_if_its_base_is_declared_so()
    {
        await SaveAsync(new MetAgain("all"));

        Assert.That(_meeting.Left, Is.EqualTo(2));
    }

    [Test]
    public async Task Keeps_the_next_event_waiting_for_the_last_of_its_handlers()
    {
        var leftBefore = 0;
        Seen.WhenHandled = (@event, _, _) =>
        {
            leftBefore = @event is OrderRenamed ? _meeting.Left : leftBefore;
            return default;
        };

        await SaveAsync(new Met("all"), new OrderRenamed("a", "b"));

        Assert.That(leftBefore, Is.EqualTo(2));
    }

    [Test]
    public async Task Lets_the_other_handlers_finish_when_one_fails()
    {
        _meeting.Fails = true;

        await SaveAsync(new Met("all"));

        Assert.That(_meeting.Left, Is.EqualTo(1));
        Assert.That(LogEntries.Entries.Single().Text, Does.StartWith("'AnEventThatIsHandledConcurrently.OneGuest' failed to handle 'AnEventThatIsHandledConcurrently.Met'"));
    }

    [Test]
    public async Task Lets_the_saves_of_its_handlers_join_the_queue()
    {
        _meeting.Saves = true;

        await SaveAsync(new Met("all"));

        Assert.That(Seen.Events.OfType<OrderPlaced>().Select(placed => placed.Name), Is.EquivalentTo(new[] { "first", "OneGuest", "OtherGuest" }));
        Assert.That(await StoredOrdersAsync(), Is.EquivalentTo(new[] { "OneGuest", "OtherGuest", "first" }));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) =>
        anywise.AddHandler<OneGuest>().AddHandler<OtherGuest>().HandleConcurrently<Met>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_meeting);
    }

    private async Task SaveAsync(params IDomainEvent[] events)
    {
        var context = NewContext();
        var order = new Order("first");
        Array.ForEach(events, order.Say);
        context.Add(order);
        await context.SaveChangesAsync();
    }

    private record Met(string Who) : IDomainEvent;

    private sealed record MetAgain(string Who) : Met(Who);

    /// <summary>Nobody leaves before both have come.</summary>
    private sealed class Meeting
    {
        private readonly SemaphoreSlim _oneWriter = new(1);
        private readonly TaskCompletionSource _bothAreHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;
        private int _left;

        public bool Fails { get; set; }

        public bool Saves { get; set; }

        public int Left => _left;

        public ConcurrentBag<ShopContext> Contexts { get; } = [];

        public async Task AttendAsync(ShopContext context, string guest)
        {
            Contexts.Add(context);
            if (Interlocked.Increment(ref _arrived) == 2)
            {
                _bothAreHere.SetResult();
            }

            await _bothAreHere.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await LeaveAsync(context, guest);
            Interlocked.Increment(ref _left);
        }

        private async Task LeaveAsync(ShopContext context, string guest)
        {
            if (Fails && guest == nameof(OneGuest))
            {
                throw new InvalidOperationException("I am unwell");
            }

            if (Saves)
            {
                await AddAsync(context, guest);
            }
        }

        private async Task AddAsync(ShopContext context, string guest)
        {
            await _oneWriter.WaitAsync(); // SQLite has room for one
            context.Add(new Order(guest));
            await context.SaveChangesAsync();
            _oneWriter.Release();
        }
    }

    private sealed class OneGuest(Meeting meeting, ShopContext context) : IEventHandler<Met>
    {
        public async ValueTask HandleAsync(Met @event, CancellationToken cancellationToken) => await meeting.AttendAsync(context, nameof(OneGuest));
    }

    private sealed class OtherGuest(Meeting meeting, ShopContext context) : IEventHandler<Met>
    {
        public async ValueTask HandleAsync(Met @event, CancellationToken cancellationToken) => await meeting.AttendAsync(context, nameof(OtherGuest));
    }
}

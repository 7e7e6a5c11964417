using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Knows which aggregates of one context have pending events, because they report themselves, and holds those events that the
/// save under way has taken. So a save costs nothing per tracked entity.
/// </summary>
/// <remarks>Lives as long as its context, also through the leases of a pooled one. As little thread-safe as the context.</remarks>
internal sealed class ContextEventSink(DeliveryRoute route) : EventSink, IResettableService
{
    private readonly List<DomainEvents> _withPending = [];
    private List<CollectedEvents> _collected = [];

    /// <summary>Told by <see cref="SaveObserver"/>; false for a save that found nothing to do, and for one that was suppressed.</summary>
    public bool SaveReachedDatabase { get; set; }

    /// <summary>What the save under way has written into the outbox.</summary>
    public WrittenRows? Stored { get; set; }

    public bool HasCollected => _collected.Count > 0;

    /// <summary>What is pending now on the aggregates that are tracked.</summary>
    public IEnumerable<RaisedEvent> Pending => _withPending.Where(events => events.Sink == this).Distinct().SelectMany(events => events.Raised);

    /// <summary>What the save under way has taken, by aggregate.</summary>
    public List<CollectedEvents> Taken => _collected;

    /// <summary>What the save under way has taken.</summary>
    public IEnumerable<RaisedEvent> Collected => _collected.SelectMany(collected => collected.Raised);

    internal override bool Tracks => true;

    internal override EventSink Receive(DomainEvents events)
    {
        for (var place = 0; place < events.Raised.Count; place++) // without an enumerator for each aggregate
        {
            route.EnsureOpenFor(events.Raised[place]);
        }

        if (events.HasPending)
        {
            _withPending.Add(events);
        }

        return this;
    }

    internal override void Enlist(DomainEvents events, RaisedEvent raised)
    {
        route.EnsureOpenFor(raised);
        if (!events.HasPending)
        {
            _withPending.Add(events);
        }
    }

    internal override void Leave(DomainEvents events) =>
        route.Reports.EventsAreLost(events.Raised.Select(raised => raised.EventType), route.NameOf(events.Aggregate!));

    /// <summary>The save takes what is pending. May be called more than once for a save.</summary>
    public void Collect()
    {
        _collected.EnsureCapacity(_withPending.Count);
        foreach (var events in _withPending)
        {
            if (events.HasPending && events.Sink == this) // an aggregate that left the tracker is not saved
            {
                _collected.Add(new CollectedEvents(events, events.Take()));
            }
        }

        _withPending.Clear();
    }

    /// <summary>While the database works, another interceptor may try to save: the events of this save are none of that one's.</summary>
    public List<CollectedEvents>? Hold() => HasCollected ? TakeAll() : null;

    public void Return(List<CollectedEvents>? held)
    {
        if (held is not null)
        {
            (_collected, SaveReachedDatabase) = (held, true);
        }
    }

    /// <summary>Some of what the save took did not happen after all.</summary>
    public void Drop(Predicate<CollectedEvents> isDropped) => _collected.RemoveAll(isDropped);

    /// <summary>The save did not succeed: its events are pending again.</summary>
    public void PutBack()
    {
        CollectedEvents.PutBack(_collected, saverKnows: true);
        _collected.Clear();
        Stored = null;
    }

    /// <summary>The save succeeded: hands over its events.</summary>
    public SavedEvents TakeCollected() => new(route, TakeAll(), route.CurrentMessage, Stored);

    public void ResetState()
    {
        _withPending.Clear();
        _collected.Clear();
    }

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    private List<CollectedEvents> TakeAll()
    {
        var taken = _collected;
        _collected = [];
        return taken;
    }
}

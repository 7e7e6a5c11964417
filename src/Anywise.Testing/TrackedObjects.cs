using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>The objects that one unit of work has seen, and their events.</summary>
internal sealed class TrackedObjects : EventSink
{
    private readonly List<object> _objects = [];
    private readonly HashSet<DomainEvents> _events = [];

    public bool HavePendingEvents => _events.Any(events => events.HasPending);

    /// <summary>In the order in which they were raised.</summary>
    public IEnumerable<RaisedEvent> PendingEvents => _events.SelectMany(events => events.Raised).OrderBy(raised => raised.Sequence);

    internal override bool Tracks => true;

    /// <summary>What is tracked under the identity of an object, which may be another object.</summary>
    public object? Find(object one) => _objects.Find(one.Equals);

    public T Add<T>(T one) where T : class
    {
        if (!_objects.Exists(tracked => ReferenceEquals(tracked, one)))
        {
            _objects.Add(one);
        }

        Join(one, this);
        return one;
    }

    /// <summary>What was raised becomes part of a save; what waits for keys has them now. If one cannot be made, none is taken.</summary>
    public IEnumerable<IDomainEvent> TakeEvents()
    {
        var raised = PendingEvents.ToList();
        raised.ForEach(one => one.Make());
        foreach (var events in _events)
        {
            events.Take();
        }

        return raised.Select(one => (IDomainEvent)one.Event);
    }

    /// <summary>Nothing of what is tracked is to be saved any more, and what was raised did not happen.</summary>
    public void LetGo()
    {
        foreach (var events in _events)
        {
            events.Take();
        }

        _events.Clear();
        _objects.Clear();
    }

    /// <summary>The object goes, and what it raised did not happen.</summary>
    public void LetGo(object one)
    {
        Release(one);
        _events.RemoveWhere(events => ReferenceEquals(events.Aggregate, one));
        ForgetEventsOf(one);
    }

    /// <summary>The object goes with the next save, with what it raised. Another of its identity may come.</summary>
    public void Release(object one) => _objects.Remove(one);

    public static void ForgetEventsOf(object one)
    {
        var forgetting = new TrackedObjects();
        Join(one, forgetting);
        forgetting.LetGo();
    }

    internal override EventSink Receive(DomainEvents events)
    {
        _events.Add(events);
        return this;
    }

    internal override void Enlist(DomainEvents events, RaisedEvent raised)
    {
    }

    internal override void Leave(DomainEvents events)
    {
    }

    private static void Join(object one, EventSink sink)
    {
        if (one is AggregateRoot root)
        {
            root.EventSink = sink;
        }
        else if (one is IHasDomainEvents aggregate)
        {
            aggregate.EventSink = sink;
        }
    }
}

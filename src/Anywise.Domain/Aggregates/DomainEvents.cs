using System.ComponentModel.DataAnnotations.Schema;

namespace Anywise.Domain;

/// <summary>The events of one aggregate that are not yet part of a save. For classes that cannot inherit from <see cref="AggregateRoot"/>.</summary>
/// <remarks>Not thread-safe, like the aggregate that holds it.</remarks>
[NotMapped]
public sealed class DomainEvents
{
    private List<RaisedEvent>? _raised;
    private bool _isKnown; // to whoever saved: the save did not succeed

    /// <summary>A copy of the events that were raised and are not yet part of a save, in the order in which they were raised.</summary>
    public IReadOnlyList<IDomainEvent> Pending => _raised is null ? [] : [.. _raised.Select(raised => raised.Preview())];

    /// <summary>Says that something happened to the aggregate.</summary>
    /// <param name="event">What happened.</param>
    /// <exception cref="InvalidOperationException">
    /// The aggregate is tracked by a context that cannot deliver events; the message says what is missing. Nothing was raised.
    /// </exception>
    public void Raise(IDomainEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Add(new RaisedEvent(@event));
    }

    /// <summary>Says that something happened to the aggregate whose key the database has yet to generate.</summary>
    /// <typeparam name="TEvent">The event; it can have no before-commit handler.</typeparam>
    /// <param name="make">
    /// Makes the event when the save has the keys, once for each attempt to save. What else of the aggregate it reads is as of then. If it
    /// throws in a transaction the save fails; a save that is committed already cannot, so that the event is logged as lost.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The aggregate is tracked by a context that cannot deliver the event; the message says what is missing. Nothing was raised.
    /// </exception>
    public void Raise<TEvent>(Func<TEvent> make) where TEvent : class, IDomainEvent
    {
        ArgumentNullException.ThrowIfNull(make);
        Add(new RaisedEvent(make, typeof(TEvent)));
    }

    /// <summary>Where the aggregate reports that it has events.</summary>
    internal EventSink? Sink { get; private set; }

    /// <summary>What EF Core sees: it would keep the sink of a no-tracking query when the aggregate is attached.</summary>
    internal EventSink? TrackingSink => Sink is { Tracks: true } ? Sink : null;

    /// <summary>The aggregate itself, once a context has seen it.</summary>
    internal object? Aggregate { get; private set; }

    internal IReadOnlyList<RaisedEvent> Raised => _raised ?? [];

    internal bool HasPending => _raised is { Count: > 0 };

    /// <summary>The aggregate came to a context, or (without a sink) left it.</summary>
    internal void Join(object aggregate, EventSink? sink)
    {
        var left = Sink;
        Aggregate = aggregate;
        Sink = sink?.Receive(this);
        if (Sink is null && HasPending && !_isKnown)
        {
            left?.Leave(this);
        }
    }

    /// <summary>The pending events become part of a save.</summary>
    internal List<RaisedEvent> Take()
    {
        var taken = _raised ?? [];
        _raised = null;
        _isKnown = false;
        return taken;
    }

    /// <summary>The save that took these events did not succeed: they are pending again, before those raised since.</summary>
    /// <param name="taken">The events.</param>
    /// <param name="saverKnows">Who saved has been told, so that giving up the aggregate now is no accident.</param>
    internal void PutBack(List<RaisedEvent> taken, bool saverKnows)
    {
        Sink?.Enlist(this, taken[0]);
        _isKnown = saverKnows;
        _raised = _raised is null ? taken : [.. taken, .. _raised];
    }

    internal void Add(RaisedEvent raised)
    {
        Sink?.Enlist(this, raised); // before the event is added: it refuses where nobody could deliver
        (_raised ??= new List<RaisedEvent>(1)).Add(raised);
    }

    /// <summary>Forgets what a constructor raised while EF Core built the aggregate from a row: it did not happen now.</summary>
    internal void Forget() => _raised = null;
}

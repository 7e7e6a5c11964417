using System.Diagnostics.CodeAnalysis;

namespace Anywise.Domain;

/// <summary>An event, or a command that was enqueued, with what raising gave it: an id, a time, and its place in the order of all of the process.</summary>
internal class RaisedEvent
{
    private static long _lastSequence;
    private readonly Func<IDomainEvent>? _make;
    private IMessage? _event;
    private object? _id;

    public RaisedEvent(IMessage @event) => (_event, EventType) = (@event, @event.GetType());

    /// <summary>An event that needs a key which the database will generate.</summary>
    public RaisedEvent(Func<IDomainEvent> make, Type eventType) => (_make, EventType) = (make, eventType);

    /// <summary>An event that was raised earlier, perhaps by another process, and comes back from where it was stored.</summary>
    public RaisedEvent(IMessage @event, Guid id, DateTimeOffset raisedAt) : this(@event) => (_id, RaisedAt) = (id, raisedAt);

    public Type EventType { get; }

    /// <summary>The event itself, which for a deferred one is there from <see cref="Make"/> on.</summary>
    public IMessage Event => _event ?? throw new InvalidOperationException($"'{EventType.ReadableName()}' is not made yet.");

    public DateTimeOffset RaisedAt { get; } = EventClock.UtcNow;

    public long Sequence { get; } = Interlocked.Increment(ref _lastSequence);

    /// <summary>A version-7 Guid, made when first read because that costs more than all the rest of raising.</summary>
    public Guid Id => (Guid)(_id ?? Interlocked.CompareExchange(ref _id, NewId(), null) ?? _id);

    /// <summary>A clock of a test may stand before 1970, where version 7 begins.</summary>
    private Guid NewId() => Guid.CreateVersion7(RaisedAt < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : RaisedAt);

    /// <summary>The event is made when the save has its keys.</summary>
    [MemberNotNullWhen(true, nameof(_make))]
    public bool IsDeferred => _make is not null;

    /// <summary>What the event is, or what it would be if it were made now.</summary>
    public IDomainEvent Preview() => (IDomainEvent)(_event ?? _make!());

    /// <summary>Makes a deferred event, anew for each attempt to save it.</summary>
    public void Make()
    {
        if (IsDeferred)
        {
            _event = _make() ?? throw new InvalidOperationException($"The factory of '{EventType.ReadableName()}' returned null. Return an event, or do not raise one.");
        }
    }
}

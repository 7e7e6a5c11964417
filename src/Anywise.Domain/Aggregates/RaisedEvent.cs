namespace Anywise.Domain;

/// <summary>An event with what raising gave it: an id, a time, and its place in the order of all events of the process.</summary>
internal sealed class RaisedEvent(IEvent @event)
{
    private static long _lastSequence;
    private object? _id;

    public IEvent Event { get; } = @event;

    public DateTimeOffset RaisedAt { get; } = EventClock.UtcNow;

    public long Sequence { get; } = Interlocked.Increment(ref _lastSequence);

    /// <summary>A version-7 Guid, made when first read because that costs more than all the rest of raising.</summary>
    public Guid Id => (Guid)(_id ?? Interlocked.CompareExchange(ref _id, Guid.CreateVersion7(RaisedAt), null) ?? _id);
}

using System.Diagnostics;
using Anywise.Domain;

namespace Anywise.EfCore.Delivering;

/// <summary>Events that became deliverable together: those of one committed save, or of one row of an outbox, or one that was published.</summary>
internal abstract class CascadeBatch(Delivery delivery, CascadeStep? cause)
{
    private readonly Activity? _activity = Activity.Current;

    public Delivery Delivery { get; } = delivery;

    /// <summary>The event whose handler saved or published these.</summary>
    public CascadeStep? Cause { get; } = cause;

    /// <summary>How many events in a row led to these.</summary>
    public int Depth { get; } = cause is null ? 0 : cause.Batch.Depth + 1;

    public abstract int Count { get; }

    /// <summary>Null without an outbox.</summary>
    public virtual IStoredBatch? Stored => null;

    /// <summary>The message whose handler saved or published these.</summary>
    public virtual MessageFrame? CausedBy => Cause?.Frame;

    /// <summary>The activity that committed or published: the parent of what handlers do.</summary>
    public virtual ActivityContext Origin => _activity?.Context ?? default;

    public virtual CancellationToken CancellationToken => Delivery.Stopping;

    /// <summary>Begins with the event at a place in the order in which they were raised.</summary>
    public abstract CascadeStep StepOf(int place);

    /// <summary>What handlers can ask of one of the events.</summary>
    public virtual MessageFrame FrameOf(RaisedEvent raised) => new(CausedBy, raised);

    /// <summary>Type and key of the aggregate, for people who read the log; null for a published event, which has none.</summary>
    public virtual string? NameOf(object? aggregate) => aggregate as string;
}

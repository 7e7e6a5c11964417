using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Delivering;

/// <summary>Events that became deliverable together: those of one committed save, or one that was published.</summary>
internal sealed class CascadeBatch
{
    private readonly SavedEvents? _saved;
    private readonly Dispatcher? _publisher;

    public CascadeBatch(SavedEvents saved, CascadeStep? cause)
    {
        _saved = saved;
        Delivery = saved.Delivery;
        CancellationToken = saved.Delivery.Stopping;
        (Cause, Depth) = (cause, DepthAfter(cause));
        Events = saved.InOrder();
    }

    public CascadeBatch(IEvent published, Delivery delivery, Dispatcher publisher, CascadeStep? cause, CancellationToken cancellationToken)
    {
        _publisher = publisher;
        Delivery = delivery;
        CancellationToken = cancellationToken;
        (Cause, Depth) = (cause, DepthAfter(cause));
        Events = [(new RaisedEvent(published), null)];
    }

    public Delivery Delivery { get; }

    public List<(RaisedEvent Raised, object? Aggregate)> Events { get; }

    /// <summary>The event whose handler saved or published these.</summary>
    public CascadeStep? Cause { get; }

    /// <summary>The message whose handler saved or published these.</summary>
    public MessageFrame? CausedBy => _saved?.CausedBy ?? _publisher?.CurrentMessage ?? Cause?.Frame;

    /// <summary>How many events in a row led to these.</summary>
    public int Depth { get; }

    /// <summary>The activity that committed or published: the parent of what handlers do.</summary>
    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;

    public CancellationToken CancellationToken { get; }

    /// <summary>Type and key of the aggregate, for people who read the log; null for a published event, which has none.</summary>
    public string? NameOf(object? aggregate) => aggregate is null ? null : _saved?.NameOf(aggregate);

    private static int DepthAfter(CascadeStep? cause) => cause is null ? 0 : cause.Batch.Depth + 1;
}

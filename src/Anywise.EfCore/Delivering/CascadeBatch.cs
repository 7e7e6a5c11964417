using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Outbox;

namespace Anywise.EfCore.Delivering;

/// <summary>Events that became deliverable together: those of one committed save, or one that was published.</summary>
internal sealed class CascadeBatch
{
    private readonly SavedEvents? _saved;
    private readonly Dispatcher? _publisher;
    private readonly MessageFrame? _earlier;

    public CascadeBatch(SavedEvents saved, CascadeStep? cause)
    {
        _saved = saved;
        Delivery = saved.Delivery;
        CancellationToken = saved.Delivery.Stopping;
        (Cause, Depth) = (cause, DepthAfter(cause));
        Events = saved.InOrder();
        Stored = saved.Stored;
    }

    /// <summary>Events that come from where they were stored.</summary>
    public CascadeBatch(OutboxPayload payload, StoredDelivery row, Delivery delivery)
    {
        Delivery = delivery;
        CancellationToken = delivery.Stopping;
        Stored = new StoredSave(row.Outbox, [row]);
        Events = [.. row.Lease.Events.Zip(payload.Events).Where(one => one.First is not null).Select(one => (one.First!, (object?)one.Second.Aggregate))];
        _earlier = payload is { CorrelationId: { } correlation, CausationId: { } causation } ? MessageFrame.Earlier(causation, correlation) : null;
        Origin = ActivityContext.TryParse(payload.TraceParent, null, out var origin) ? origin : default;
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

    /// <summary>Null without an outbox.</summary>
    public StoredSave? Stored { get; }

    /// <summary>The event whose handler saved or published these.</summary>
    public CascadeStep? Cause { get; }

    /// <summary>The message whose handler saved or published these.</summary>
    public MessageFrame? CausedBy => _earlier ?? _saved?.CausedBy ?? _publisher?.CurrentMessage ?? Cause?.Frame;

    /// <summary>How many events in a row led to these.</summary>
    public int Depth { get; }

    /// <summary>The activity that committed or published: the parent of what handlers do.</summary>
    public ActivityContext Origin { get; } = Activity.Current?.Context ?? default;

    public CancellationToken CancellationToken { get; }

    /// <summary>Type and key of the aggregate, for people who read the log; null for a published event, which has none.</summary>
    public string? NameOf(object? aggregate) => aggregate as string ?? (aggregate is null ? null : _saved?.NameOf(aggregate));

    private static int DepthAfter(CascadeStep? cause) => cause is null ? 0 : cause.Batch.Depth + 1;
}

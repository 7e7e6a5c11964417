using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Outbox;

/// <summary>Events that come from where they were stored.</summary>
internal sealed class StoredBatch(OutboxPayload payload, StoredDelivery row, Delivery delivery) : CascadeBatch(delivery, cause: null)
{
    private readonly List<(RaisedEvent Raised, string? Aggregate)> _events =
        [.. row.Lease.Events.Zip(payload.Events).Where(one => one.First is not null).Select(one => (one.First!, one.Second.Aggregate))];

    public override int Count => _events.Count;

    public override IStoredBatch Stored { get; } = new StoredSave(row.Outbox, [row]);

    public override MessageFrame? CausedBy { get; } =
        payload is { CorrelationId: { } correlation, CausationId: { } causation } ? MessageFrame.Earlier(causation, correlation) : null;

    public override ActivityContext Origin { get; } = ActivityContext.TryParse(payload.TraceParent, null, out var origin) ? origin : default;

    public override CascadeStep StepOf(int place) => new(this, _events[place].Raised.Event, _events[place].Raised, _events[place].Aggregate);
}

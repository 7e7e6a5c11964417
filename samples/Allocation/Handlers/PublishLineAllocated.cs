using System.Text.Json.Serialization;
using Allocation.Domain;
using Allocation.Outside;
using Anywise.Domain;

namespace Allocation.Handlers;

/// <summary>Tells other systems.</summary>
internal sealed class PublishLineAllocated(IEventPublisher publisher) : IEventHandler<Allocated>
{
    public ValueTask HandleAsync(Allocated @event, CancellationToken cancellationToken) =>
        publisher.PublishAsync(LineAllocated.Channel, new LineAllocated(@event.OrderId, @event.Sku, @event.Qty, @event.BatchRef), cancellationToken);
}

/// <summary>What other systems read. Not the domain event itself, so that one can change without the other.</summary>
public sealed record LineAllocated(
    [property: JsonPropertyName("orderid")] string OrderId,
    [property: JsonPropertyName("sku")] string Sku,
    [property: JsonPropertyName("qty")] int Qty,
    [property: JsonPropertyName("batchref")] string BatchRef)
{
    public const string Channel = "line_allocated";
}

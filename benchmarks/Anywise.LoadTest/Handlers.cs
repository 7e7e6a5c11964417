using Anywise.Domain;

namespace Anywise.LoadTest;

/// <summary>Does nothing but say that it was called.</summary>
internal sealed class EmptyHandler(Measurement measurement) : IEventHandler<OrderPlaced>
{
    public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
    {
        measurement.Block.Handled(@event.Number);
        return default;
    }
}

/// <summary>Writes one row through the context of its scope.</summary>
internal sealed class WritingHandler(Measurement measurement, LoadContext context) : IEventHandler<OrderPlaced>
{
    public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
    {
        measurement.Block.Handled(@event.Number);
        context.Add(new Shipment { Id = @event.Number });
        await context.SaveChangesAsync(cancellationToken);
    }
}

/// <summary>Waits as for another service.</summary>
internal sealed class WaitingHandler(Measurement measurement) : IEventHandler<OrderPlaced>
{
    public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
    {
        measurement.Block.Handled(@event.Number);
        await Task.Delay(5, cancellationToken);
    }
}

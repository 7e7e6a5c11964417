using Allocation.Domain;
using Anywise.Domain;

namespace Allocation.Handlers;

/// <summary>A line that lost its batch looks for another one, in a unit of work of its own.</summary>
internal sealed class AllocateAgain(IDispatcher dispatcher) : IEventHandler<Deallocated>
{
    public async ValueTask HandleAsync(Deallocated @event, CancellationToken cancellationToken) =>
        await dispatcher.SendAsync(new Allocate(@event.OrderId, @event.Sku, @event.Qty), cancellationToken);
}

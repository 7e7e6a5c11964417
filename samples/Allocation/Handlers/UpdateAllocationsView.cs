using Allocation.Data;
using Allocation.Domain;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Handlers;

/// <summary>Keeps the read model. Before the other handlers: what they tell the world shall be visible already.</summary>
[HandlerOrder(-1)]
internal sealed class UpdateAllocationsView(AllocationDbContext context) : IEventHandler<Allocated>, IEventHandler<Deallocated>
{
    public async ValueTask HandleAsync(Allocated @event, CancellationToken cancellationToken)
    {
        context.Add(new AllocationRow { OrderId = @event.OrderId, Sku = @event.Sku, BatchRef = @event.BatchRef });
        await context.SaveChangesAsync(cancellationToken);
    }

    public async ValueTask HandleAsync(Deallocated @event, CancellationToken cancellationToken)
    {
        // One row: an order may have other lines of this sku. None: its 'Allocated' has failed, so the outbox shall call this again after that.
        var row = await context.AllocationsView
            .OrderByDescending(row => row.Id)
            .FirstOrDefaultAsync(row => row.OrderId == @event.OrderId && row.Sku == @event.Sku && row.BatchRef == @event.BatchRef, cancellationToken)
            ?? throw new InvalidOperationException($"The view does not know yet that '{@event.BatchRef}' had a line of '{@event.OrderId}'. The outbox tries again.");
        context.Remove(row);
        await context.SaveChangesAsync(cancellationToken);
    }
}

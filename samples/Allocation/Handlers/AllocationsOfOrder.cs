using Allocation.Data;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Handlers;

/// <summary>Where will the lines of an order be shipped from?</summary>
public sealed record AllocationsOfOrder(string OrderId) : IQuery<IReadOnlyList<AllocatedLine>>;

public sealed record AllocatedLine(string Sku, string BatchRef);

internal sealed class AllocationsOfOrderHandler(AllocationDbContext context) : IQueryHandler<AllocationsOfOrder, IReadOnlyList<AllocatedLine>>
{
    public async ValueTask<IReadOnlyList<AllocatedLine>> HandleAsync(AllocationsOfOrder query, CancellationToken cancellationToken) =>
        await context.AllocationsView
            .Where(row => row.OrderId == query.OrderId)
            .OrderBy(row => row.Id)
            .Select(row => new AllocatedLine(row.Sku, row.BatchRef))
            .ToListAsync(cancellationToken);
}

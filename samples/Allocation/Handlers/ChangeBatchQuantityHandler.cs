using Allocation.Data;
using Allocation.Domain;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Handlers;

internal sealed class ChangeBatchQuantityHandler(AllocationDbContext context) : ICommandHandler<ChangeBatchQuantity>
{
    public async ValueTask HandleAsync(ChangeBatchQuantity command, CancellationToken cancellationToken)
    {
        var product = await context.Products.SingleOrDefaultAsync(product => product.Batches.Any(batch => batch.Id == command.Ref), cancellationToken)
            ?? throw new InvalidBatchException(command.Ref);
        product.ChangeBatchQuantity(command.Ref, command.Qty);
        await context.SaveChangesAsync(cancellationToken);
    }
}

using Allocation.Data;
using Allocation.Domain;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Handlers;

internal sealed class CreateBatchHandler(AllocationDbContext context) : ICommandHandler<CreateBatch>
{
    public async ValueTask HandleAsync(CreateBatch command, CancellationToken cancellationToken)
    {
        if (await context.Products.AnyAsync(product => product.Batches.Any(batch => batch.Id == command.Ref), cancellationToken))
        {
            throw new BatchExistsException(command.Ref);
        }

        var product = await context.Products.FindAsync([command.Sku], cancellationToken);
        if (product is null)
        {
            context.Add(product = new Product(command.Sku));
        }

        product.AddBatch(command.Ref, command.Qty, command.Eta);
        await context.SaveChangesAsync(cancellationToken);
    }
}

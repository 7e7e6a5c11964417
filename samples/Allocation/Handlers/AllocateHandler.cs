using Allocation.Data;
using Allocation.Domain;
using Anywise.Domain;

namespace Allocation.Handlers;

internal sealed class AllocateHandler(AllocationDbContext context) : ICommandHandler<Allocate>
{
    public async ValueTask HandleAsync(Allocate command, CancellationToken cancellationToken)
    {
        var product = await context.Products.FindAsync([command.Sku], cancellationToken) ?? throw new InvalidSkuException(command.Sku);
        product.Allocate(new OrderLine(command.OrderId, command.Sku, command.Qty));
        await context.SaveChangesAsync(cancellationToken); // what the product raised is delivered when this is committed
    }
}

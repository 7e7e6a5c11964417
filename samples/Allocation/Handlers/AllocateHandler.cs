using Allocation.Domain;
using Anywise.Domain;

namespace Allocation.Handlers;

internal sealed class AllocateHandler(IRepository<Product, string> products, IUnitOfWork unitOfWork) : ICommandHandler<Allocate>
{
    public async ValueTask HandleAsync(Allocate command, CancellationToken cancellationToken)
    {
        var product = await products.GetAsync(command.Sku, cancellationToken) ?? throw new InvalidSkuException(command.Sku);
        product.Allocate(new OrderLine(command.OrderId, command.Sku, command.Qty));
        await unitOfWork.CommitAsync(cancellationToken); // what the product raised is delivered when this is committed
    }
}

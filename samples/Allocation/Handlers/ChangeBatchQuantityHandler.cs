using Allocation.Domain;
using Anywise.Domain;

namespace Allocation.Handlers;

internal sealed class ChangeBatchQuantityHandler(IRepository<Product, string> products, IUnitOfWork unitOfWork) : ICommandHandler<ChangeBatchQuantity>
{
    public async ValueTask HandleAsync(ChangeBatchQuantity command, CancellationToken cancellationToken)
    {
        var found = await products.FindAsync(new WithBatch(command.Ref), cancellationToken);
        var product = found.SingleOrDefault() ?? throw new InvalidBatchException(command.Ref);
        product.ChangeBatchQuantity(command.Ref, command.Qty);
        await unitOfWork.CommitAsync(cancellationToken);
    }
}

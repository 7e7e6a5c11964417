using Allocation.Domain;
using Anywise.Domain;

namespace Allocation.Handlers;

internal sealed class CreateBatchHandler(IRepository<Product, string> products, IUnitOfWork unitOfWork) : ICommandHandler<CreateBatch>
{
    public async ValueTask HandleAsync(CreateBatch command, CancellationToken cancellationToken)
    {
        if (await products.FindAsync(new WithBatch(command.Ref), cancellationToken) is not [])
        {
            throw new BatchExistsException(command.Ref);
        }

        var product = await products.GetAsync(command.Sku, cancellationToken);
        if (product is null)
        {
            products.Add(product = new Product(command.Sku));
        }

        product.AddBatch(command.Ref, command.Qty, command.Eta);
        await unitOfWork.CommitAsync(cancellationToken);
    }
}

using Anywise.Domain;
using Anywise.Testing;
using NUnit.Framework;


public sealed class Product : AggregateRoot<string>
{
    private readonly List<string> _batches = [];

    public Product(string sku) => Id = sku;

    public void AddBatch(string reference, int quantity) => _batches.Add(reference);

    public void Allocate(OrderLine line) => Raise(_batches is [var first, ..] ? new Allocated(line.OrderId, line.Sku, line.Qty, first) : new OutOfStock(line.Sku));
}

public sealed record OrderLine(string OrderId, string Sku, int Qty);

public sealed record Allocate(string OrderId, string Sku, int Qty) : ICommand;

public sealed record Allocated(string OrderId, string Sku, int Qty, string BatchRef) : IDomainEvent;

public sealed record OutOfStock(string Sku) : IDomainEvent;

public sealed class AllocateHandler(IRepository<Product, string> products, IUnitOfWork unitOfWork) : ICommandHandler<Allocate>
{
    public async ValueTask HandleAsync(Allocate command, CancellationToken cancellationToken)
    {
        (await products.GetAsync(command.Sku, cancellationToken))!.Allocate(new OrderLine(command.OrderId, command.Sku, command.Qty));
        await unitOfWork.CommitAsync(cancellationToken);
    }
}

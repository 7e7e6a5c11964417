using Anywise.Domain;

namespace Allocation.Domain;

/// <summary>All batches of one sku: the boundary inside which an allocation is consistent. Its identity is the sku.</summary>
public sealed class Product : AggregateRoot<string>
{
    private readonly List<Batch> _batches = [];

    public Product(string sku) => Id = sku;

    private Product()
    {
    }

    /// <summary>Rises with each change of what is allocated, so that of two orders at the same time only one can be saved.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<Batch> Batches => _batches;

    public void AddBatch(string reference, int quantity, DateOnly? eta) => _batches.Add(new Batch(reference, Id, quantity, eta));

    /// <summary>Allocates an order line to the first batch that can take it: warehouse stock first, then the earliest shipment.</summary>
    /// <returns>The reference of the batch, or null when the product is out of stock.</returns>
    public string? Allocate(OrderLine line)
    {
        var batch = _batches.OrderBy(batch => batch.Eta).FirstOrDefault(batch => batch.CanAllocate(line)); // no ETA sorts before every date
        if (batch is null)
        {
            Raise(new OutOfStock(line.Sku));
            return null;
        }

        if (batch.Allocate(line))
        {
            Version++;
            Raise(new Allocated(line.OrderId, line.Sku, line.Qty, batch.Id));
        }

        return batch.Id;
    }

    /// <summary>Corrects how much was bought; lines that no longer fit are deallocated.</summary>
    public void ChangeBatchQuantity(string reference, int quantity)
    {
        var batch = _batches.Single(batch => batch.Id == reference);
        batch.ChangePurchasedQuantity(quantity);
        while (batch.AvailableQuantity < 0)
        {
            var line = batch.DeallocateOne();
            Raise(new Deallocated(line.OrderId, line.Sku, line.Qty, batch.Id));
        }

        Version++;
    }
}

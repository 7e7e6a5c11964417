using Anywise.Domain;

namespace Allocation.Domain;

/// <summary>A quantity of one sku that was bought: on its way, or, without an ETA, in the warehouse. Its identity is the reference.</summary>
public sealed class Batch : Entity<string>
{
    private readonly List<OrderLine> _lines = [];

    public Batch(string reference, string sku, int quantity, DateOnly? eta)
    {
        Id = reference;
        Sku = sku;
        PurchasedQuantity = quantity;
        Eta = eta;
    }

    private Batch()
    {
    }

    public string Sku { get; private init; } = "";

    public DateOnly? Eta { get; private init; }

    public int PurchasedQuantity { get; private set; }

    public IReadOnlyList<OrderLine> Lines => _lines;

    public int AllocatedQuantity => _lines.Sum(line => line.Qty);

    public int AvailableQuantity => PurchasedQuantity - AllocatedQuantity;

    public bool CanAllocate(OrderLine line) => Sku == line.Sku && AvailableQuantity >= line.Qty;

    /// <summary>Takes a line, if it can.</summary>
    /// <returns>Whether anything changed; a line that is allocated already, or does not fit, changes nothing.</returns>
    public bool Allocate(OrderLine line)
    {
        if (!CanAllocate(line) || _lines.Contains(line))
        {
            return false;
        }

        _lines.Add(line);
        return true;
    }

    public OrderLine DeallocateOne()
    {
        var line = _lines[^1];
        _lines.Remove(line);
        return line;
    }

    public void ChangePurchasedQuantity(int quantity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantity);
        PurchasedQuantity = quantity;
    }
}

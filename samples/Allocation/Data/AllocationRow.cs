namespace Allocation.Data;

/// <summary>A row of the read model <c>allocations_view</c>: which batch an order line will be shipped from.</summary>
public sealed class AllocationRow
{
    /// <summary>Rises in the order in which lines were allocated.</summary>
    public long Id { get; private init; }

    public required string OrderId { get; init; }

    public required string Sku { get; init; }

    public required string BatchRef { get; init; }
}

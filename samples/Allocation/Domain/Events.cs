using Anywise.Domain;

namespace Allocation.Domain;

/// <summary>An order line has found its batch.</summary>
public sealed record Allocated(string OrderId, string Sku, int Qty, string BatchRef) : IDomainEvent;

/// <summary>An order line has lost its batch, because the batch is smaller than was thought.</summary>
public sealed record Deallocated(string OrderId, string Sku, int Qty, string BatchRef) : IDomainEvent;

/// <summary>No batch could take an order line.</summary>
public sealed record OutOfStock(string Sku) : IDomainEvent;

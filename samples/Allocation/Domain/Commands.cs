using Anywise.Domain;

namespace Allocation.Domain;

/// <summary>Stock was bought. Without an ETA it is in the warehouse already.</summary>
[RetryOnConflict(attempts: 6)]
public sealed record CreateBatch(string Ref, string Sku, int Qty, DateOnly? Eta) : ICommand;

/// <summary>Find a batch for an order line.</summary>
[RetryOnConflict(attempts: 6)]
public sealed record Allocate(string OrderId, string Sku, int Qty) : ICommand;

/// <summary>A batch turned out to be larger or smaller than was thought.</summary>
[RetryOnConflict(attempts: 6)]
public sealed record ChangeBatchQuantity(string Ref, int Qty) : ICommand;

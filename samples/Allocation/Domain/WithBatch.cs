using Anywise.Domain;

namespace Allocation.Domain;

/// <summary>The product that a batch belongs to.</summary>
public sealed class WithBatch(string reference) : Specification<Product>(product => product.Batches.Any(batch => batch.Id == reference));

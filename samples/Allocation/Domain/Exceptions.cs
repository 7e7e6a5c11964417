namespace Allocation.Domain;

/// <summary>An order line names a sku of which no batch was ever bought.</summary>
public sealed class InvalidSkuException(string sku) : Exception($"Invalid sku {sku}");

/// <summary>A batch reference that is to be new is taken.</summary>
public sealed class BatchExistsException(string reference) : Exception($"The batch '{reference}' exists already. Use another reference.");

/// <summary>A batch reference that nobody knows.</summary>
public sealed class InvalidBatchException(string reference) : Exception($"Invalid batch reference {reference}");

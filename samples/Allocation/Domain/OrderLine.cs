namespace Allocation.Domain;

/// <summary>How much of a sku an order wants: a value, the same as any other with the same contents.</summary>
public sealed record OrderLine(string OrderId, string Sku, int Qty);

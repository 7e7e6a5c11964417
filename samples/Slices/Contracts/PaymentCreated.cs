using Anywise.Domain;

namespace Slices.Contracts;

/// <summary>Somebody pays for an order. All that slices know of each other; its name is stored, and so outlives a move of the class.</summary>
[EventName("payment-created")]
public sealed record PaymentCreated(Guid PaymentId, Guid OrderId, decimal Amount) : IDomainEvent;

using Anywise.Domain;

namespace Slices.Orders;

public sealed record OrderStarted(Guid OrderId) : IDomainEvent;

internal sealed class Order : AggregateRoot<Guid>
{
    public Order(Guid id, decimal paid)
    {
        (Id, Paid) = (id, paid);
        Raise(new OrderStarted(id));
    }

    public decimal Paid { get; private set; }
}

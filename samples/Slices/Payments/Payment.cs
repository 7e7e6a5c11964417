using Anywise.Domain;
using Slices.Contracts;

namespace Slices.Payments;

internal sealed class Payment : AggregateRoot<Guid>
{
    public Payment(Guid orderId, decimal amount)
    {
        (Id, OrderId, Amount) = (Guid.CreateVersion7(), orderId, amount);
        Raise(new PaymentCreated(Id, orderId, amount));
    }

    public Guid OrderId { get; private set; }

    public decimal Amount { get; private set; }
}

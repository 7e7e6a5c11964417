using Anywise.Domain;
using Anywise.EfCore;
using Slices.Contracts;

namespace Slices.Orders;

/// <summary>An order starts when it is paid. The event is stored in another database, so that it can come twice: an order that is there already has started.</summary>
internal sealed class StartOrder(IRepository<Order, Guid> orders, IUnitOfWork<OrdersContext> unitOfWork) : IEventHandler<PaymentCreated>
{
    public async ValueTask HandleAsync(PaymentCreated @event, CancellationToken cancellationToken)
    {
        if (await orders.GetAsync(@event.OrderId, cancellationToken) is null)
        {
            orders.Add(new Order(@event.OrderId, @event.Amount));
            await unitOfWork.CommitAsync(cancellationToken);
        }
    }
}

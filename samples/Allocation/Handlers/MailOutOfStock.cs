using Allocation.Domain;
using Allocation.Outside;
using Anywise.Domain;

namespace Allocation.Handlers;

/// <summary>Tells the people who buy stock.</summary>
internal sealed class MailOutOfStock(INotifications notifications) : IEventHandler<OutOfStock>
{
    public ValueTask HandleAsync(OutOfStock @event, CancellationToken cancellationToken) => notifications.SendAsync(
        new Mail("allocations@example.com", "stock@made.com", "allocation service notification", $"Out of stock for {@event.Sku}"),
        cancellationToken);
}

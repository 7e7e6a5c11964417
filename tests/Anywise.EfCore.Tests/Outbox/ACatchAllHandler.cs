using Anywise.Domain;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Outbox;
using Microsoft.EntityFrameworkCore;
using Slices.Orders;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The only handler is for a base of all events, and the events are in another assembly, that of the aggregates.</summary>
public sealed class ACatchAllHandler
{
    [Test]
    public void Finds_the_type_of_a_stored_event_in_a_process_that_has_never_raised_it()
    {
        var handlers = new HandlerRegistry();
        handlers.AfterCommit.Add(new EventInvoker<IDomainEvent, Audit>(order: 0));
        using var context = new OrdersContext(new DbContextOptionsBuilder<OrdersContext>().UseSqlite().Options);

        var names = new OutboxNames(handlers, context.Model);

        Assert.That(names.FindEvent("Slices.Orders.OrderStarted"), Is.EqualTo(typeof(OrderStarted)));
    }

    private sealed class Audit : IEventHandler<IDomainEvent>
    {
        public ValueTask HandleAsync(IDomainEvent @event, CancellationToken cancellationToken) => default;
    }
}

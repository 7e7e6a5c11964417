using Anywise.Domain;
using Anywise.EfCore.Registration;

namespace Anywise.EfCore.Collecting;

/// <summary>Where aggregates report that came from a query without tracking: no save will find their events.</summary>
internal sealed class UntrackedEventSink(DeliveryRoute route) : EventSink
{
    internal override bool Tracks => false;

    internal override EventSink Receive(DomainEvents events) => this;

    internal override void Enlist(DomainEvents events, RaisedEvent raised)
    {
        if (route.IsOpen)
        {
            route.Reports.RaisedUntracked(raised.EventType, route.NameOf(events.Aggregate!));
        }
    }

    /// <summary>It was said when the event was raised.</summary>
    internal override void Leave(DomainEvents events)
    {
    }
}

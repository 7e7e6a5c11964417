using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>Where aggregates report that came from a query without tracking: no save will find their events.</summary>
/// <remarks>Such aggregates outlive their context, so that this must neither use it nor keep it alive.</remarks>
internal sealed class UntrackedEventSink : EventSink
{
    private readonly IModel _model;
    private readonly DeliveryReports? _reports;

    public UntrackedEventSink(ICurrentDbContext current, DeliveryRoute route) =>
        (_model, _reports) = (current.Context.Model, route.IsOpen ? route.Reports : null);

    internal override bool Tracks => false;

    internal override EventSink Receive(DomainEvents events) => this;

    internal override void Enlist(DomainEvents events, RaisedEvent raised) =>
        _reports?.RaisedUntracked(raised.EventType, AggregateNames.NameOf(events.Aggregate!, _model));

    /// <summary>It was said when the event was raised.</summary>
    internal override void Leave(DomainEvents events)
    {
    }
}

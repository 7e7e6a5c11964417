using System.Diagnostics;
using Anywise.Domain;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Receives aggregates that a query has just built from rows, and sends them on to the sink that they shall report to. What their
/// constructors raised is forgotten, since it happened when the row was new.
/// </summary>
internal sealed class LoadingEventSink : EventSink
{
    private readonly EventSink _next;

    public LoadingEventSink(ContextEventSink context, UntrackedEventSink untracked)
    {
        _next = context;
        NoTracking = new LoadingEventSink(untracked);
    }

    private LoadingEventSink(EventSink next) => (_next, NoTracking) = (next, this);

    /// <summary>For queries that track nothing.</summary>
    public LoadingEventSink NoTracking { get; }

    internal override bool Tracks => _next.Tracks;

    internal override EventSink? Receive(DomainEvents events)
    {
        events.Forget();
        return _next.Receive(events);
    }

    internal override void Enlist(DomainEvents events, RaisedEvent raised) => throw new UnreachableException();

    internal override void Leave(DomainEvents events) => throw new UnreachableException();
}

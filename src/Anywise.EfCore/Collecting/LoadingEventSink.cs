using System.Diagnostics;
using Anywise.Domain;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Receives aggregates that a query has just built from rows. What their constructors raised is forgotten, since it happened
/// when the row was new; those that the query tracks go on to the sink of the context.
/// </summary>
internal sealed class LoadingEventSink(ContextEventSink? context) : EventSink
{
    /// <summary>For queries that track nothing: the aggregate reports to nobody until a context takes it.</summary>
    public static readonly LoadingEventSink NoTracking = new(null);

    internal override EventSink? Receive(DomainEvents events)
    {
        events.Forget();
        return context;
    }

    internal override void Enlist(DomainEvents events) => throw new UnreachableException();
}

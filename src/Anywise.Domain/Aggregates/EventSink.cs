using System.ComponentModel;

namespace Anywise.Domain;

/// <summary>Where the aggregates that a context tracks report their events. Implemented by the engine; public only for generated EF Core models.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EventSink
{
    internal EventSink()
    {
    }

    /// <summary>The aggregates that report here are tracked, so that EF Core need not look for another sink.</summary>
    internal abstract bool Tracks { get; }

    /// <summary>An aggregate came; returns the sink that it shall report to from now on.</summary>
    internal abstract EventSink? Receive(DomainEvents events);

    /// <summary>An aggregate is about to add this to its pending events.</summary>
    /// <exception cref="InvalidOperationException">The event could not be delivered.</exception>
    internal abstract void Enlist(DomainEvents events, RaisedEvent raised);

    /// <summary>An aggregate leaves with pending events, none of which a save has tried.</summary>
    internal abstract void Leave(DomainEvents events);
}

using System.ComponentModel;

namespace Anywise.Domain;

/// <summary>Where the aggregates that a context tracks report their events. Implemented by the engine; public only for generated EF Core models.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EventSink
{
    internal EventSink()
    {
    }

    /// <summary>An aggregate came; returns the sink that it shall report to from now on.</summary>
    internal abstract EventSink? Receive(DomainEvents events);

    /// <summary>An aggregate without pending events is about to get one.</summary>
    /// <exception cref="InvalidOperationException">The events could not be delivered.</exception>
    internal abstract void Enlist(DomainEvents events);
}

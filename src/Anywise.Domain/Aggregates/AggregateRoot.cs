using System.ComponentModel.DataAnnotations.Schema;

namespace Anywise.Domain;

/// <summary>The root of an aggregate: the one object through which its cluster is changed, and which raises its events.</summary>
/// <remarks>
/// Raised events are collected by the save that persists the aggregate and delivered after the commit; nobody has to ask for them.
/// A class that cannot inherit implements <see cref="IHasDomainEvents"/>. Not thread-safe.
/// </remarks>
/// <seealso href="https://www.domainlanguage.com/ddd/reference/">Eric Evans, Domain-Driven Design Reference: Aggregates.</seealso>
public abstract class AggregateRoot
{
    private readonly DomainEvents _events = new();

    /// <summary>A copy of the events that were raised and are not yet part of a save, in the order in which they were raised.</summary>
    [NotMapped]
    public IReadOnlyList<IDomainEvent> DomainEvents => _events.Pending;

    /// <summary>Says that something happened to this aggregate.</summary>
    /// <param name="event">What happened.</param>
    /// <exception cref="InvalidOperationException">
    /// The aggregate is tracked by a context that cannot deliver events; the message says what is missing. Nothing was raised.
    /// </exception>
    protected void Raise(IDomainEvent @event) => _events.Raise(@event);

    /// <inheritdoc cref="Domain.DomainEvents.Raise{TEvent}(Func{TEvent})"/>
    protected void Raise<TEvent>(Func<TEvent> make) where TEvent : class, IDomainEvent => _events.Raise(make);

    /// <summary>Set by EF Core, as a service property, while a context tracks this aggregate.</summary>
    internal EventSink? EventSink
    {
        get => _events.TrackingSink;
        set => _events.Join(this, value);
    }
}

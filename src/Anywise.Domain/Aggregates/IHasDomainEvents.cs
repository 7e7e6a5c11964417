namespace Anywise.Domain;

/// <summary>An aggregate root that cannot inherit from <see cref="AggregateRoot"/> and is found all the same.</summary>
/// <remarks>
/// Implement the property explicitly over a private field, so that only the aggregate itself can raise:
/// <code>
/// private readonly DomainEvents _events = new();
/// DomainEvents IHasDomainEvents.DomainEvents => _events;
/// </code>
/// </remarks>
public interface IHasDomainEvents
{
    /// <summary>The events of this aggregate: always the same object, never null.</summary>
    DomainEvents DomainEvents { get; }

    /// <summary>Set by EF Core, as a service property, while a context tracks this aggregate.</summary>
    internal EventSink? EventSink
    {
        get => DomainEvents.TrackingSink;
        set => DomainEvents.Join(this, value);
    }
}

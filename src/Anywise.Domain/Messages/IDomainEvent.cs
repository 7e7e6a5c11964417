namespace Anywise.Domain;

/// <summary>Something that happened to an aggregate, raised by it and delivered after its changes are committed.</summary>
public interface IDomainEvent : IEvent;

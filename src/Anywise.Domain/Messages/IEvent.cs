namespace Anywise.Domain;

/// <summary>Something that happened, named in the past (<c>Allocated</c>); it has any number of handlers, also none.</summary>
public interface IEvent : IMessage;

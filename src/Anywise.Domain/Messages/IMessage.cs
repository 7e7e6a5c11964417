namespace Anywise.Domain;

/// <summary>A pure, immutable data object that a handler receives: a request or an event.</summary>
public interface IMessage;

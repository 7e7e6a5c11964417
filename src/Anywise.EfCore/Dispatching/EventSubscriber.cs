namespace Anywise.EfCore.Dispatching;

/// <summary>A handler that gets events, before or after the commit.</summary>
internal abstract class EventSubscriber(Type eventType, Type handlerType, int order)
{
    /// <summary>The event that the handler declares, which may be a base of the one it gets.</summary>
    public Type EventType { get; } = eventType;

    public Type HandlerType { get; } = handlerType;

    /// <summary>The place among the handlers of an event, lower first.</summary>
    public int Order { get; } = order;
}

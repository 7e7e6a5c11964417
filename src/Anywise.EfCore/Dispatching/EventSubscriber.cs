namespace Anywise.EfCore.Dispatching;

/// <summary>A handler that gets events, before or after the commit.</summary>
internal abstract class EventSubscriber(Type eventType, Type handlerType, int order)
{
    /// <summary>The event that the handler declares, which may be a base of the one it gets.</summary>
    public Type EventType { get; } = eventType;

    public Type HandlerType { get; } = handlerType;

    /// <summary>The place among the handlers of an event, lower first.</summary>
    public int Order { get; } = order;

    /// <summary>The handler as the container of this subscriber has it.</summary>
    public ScopeNeeds Needs { get; private set; } = ScopeNeeds.All;

    /// <summary>The same class, which gets the event also as something else: both its methods are called, as one handler.</summary>
    public abstract EventSubscriber And(EventSubscriber other);

    /// <summary>The subscriber of a container, since another one may make the handler in another way.</summary>
    public EventSubscriber ForContainer(ScopeNeeds needs)
    {
        var subscriber = (EventSubscriber)MemberwiseClone();
        subscriber.Needs = needs;
        return subscriber;
    }
}

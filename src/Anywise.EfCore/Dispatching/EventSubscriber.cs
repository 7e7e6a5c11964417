using System.Reflection;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>A handler that gets events, before or after the commit.</summary>
internal abstract class EventSubscriber(Type eventType, Type handlerType)
{
    /// <summary>The event that the handler declares, which may be a base of the one it gets.</summary>
    public Type EventType { get; } = eventType;

    public Type HandlerType { get; } = handlerType;

    public int Order { get; } = handlerType.GetCustomAttribute<HandlerOrderAttribute>()?.Order ?? 0;
}

using System.Collections.Concurrent;

namespace Anywise.EfCore.Dispatching;

/// <summary>The handlers of one phase, and which of them an event has. Filled while services are registered; thread-safe to ask after that.</summary>
internal sealed class EventSubscribers<TSubscriber> where TSubscriber : EventSubscriber
{
    private readonly List<TSubscriber> _all = [];
    private readonly ConcurrentDictionary<Type, TSubscriber[]> _ofEvent = new();

    public bool HasAny => _all.Count > 0;

    public IReadOnlyList<TSubscriber> All => _all;

    /// <summary>Takes over those of another registry.</summary>
    public void AddRange(IEnumerable<TSubscriber> subscribers) => _all.AddRange(subscribers);

    public void Add(TSubscriber subscriber) => _all.Add(subscriber);

    /// <summary>The handlers of an event in their order: those of its own type, and those of its base classes and interfaces.</summary>
    public TSubscriber[] Of(Type eventType) => _ofEvent.GetOrAdd(eventType, Find);

    private TSubscriber[] Find(Type eventType) =>
    [
        .. _all
            .Where(handler => handler.EventType.IsAssignableFrom(eventType))
            .GroupBy(handler => handler.HandlerType)
            .Select(ofOneClass => MostSpecific.AllOf(ofOneClass, handler => handler.EventType).Aggregate((one, other) => (TSubscriber)one.And(other)))
            .OrderBy(handler => handler.Order)
            .ThenBy(handler => handler.HandlerType.FullName, StringComparer.Ordinal),
    ];
}

using System.Collections.Concurrent;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Which handlers a message has. Filled while services are registered; thread-safe to ask after that.</summary>
internal sealed class HandlerRegistry
{
    private readonly Dictionary<Type, RequestInvoker> _requests = [];
    private readonly List<EventInvoker> _events = [];
    private readonly ConcurrentDictionary<Type, EventInvoker[]> _handlersOf = new();

    /// <exception cref="InvalidOperationException">The class handles nothing, or a request that has another handler.</exception>
    public void Add(Type handler)
    {
        var handled = HandlerScan.HandledBy(handler).ToList();
        if (handled.Count == 0)
        {
            throw Errors.NotAHandler(handler);
        }

        foreach (var (message, invoker) in handled)
        {
            if (invoker is RequestInvoker request)
            {
                Add(message, request);
            }
            else
            {
                _events.Add((EventInvoker)invoker);
            }
        }
    }

    /// <exception cref="InvalidOperationException">The request has no handler.</exception>
    public RequestInvoker InvokerOf(IMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _requests.TryGetValue(request.GetType(), out var invoker) ? invoker : throw Errors.NoHandler(request.GetType());
    }

    /// <summary>The handlers of an event in their order: those of its own type, and those of its base classes and interfaces.</summary>
    public EventInvoker[] HandlersOf(Type eventType) => _handlersOf.GetOrAdd(eventType, FindHandlers);

    private void Add(Type request, RequestInvoker invoker)
    {
        if (_requests.TryGetValue(request, out var other) && other.HandlerType != invoker.HandlerType)
        {
            throw Errors.TwoHandlers(request, other.HandlerType, invoker.HandlerType);
        }

        _requests[request] = invoker;
    }

    private EventInvoker[] FindHandlers(Type eventType) =>
    [
        .. _events
            .Where(handler => handler.EventType.IsAssignableFrom(eventType))
            .GroupBy(handler => handler.HandlerType)
            .Select(MostSpecific)
            .OrderBy(handler => handler.Order)
            .ThenBy(handler => handler.HandlerType.FullName, StringComparer.Ordinal),
    ];

    /// <summary>A class gets an event once, even if it was registered twice or handles a base of the event as well.</summary>
    private static EventInvoker MostSpecific(IEnumerable<EventInvoker> ofOneClass) =>
        ofOneClass.Aggregate((best, next) => best.EventType.IsAssignableFrom(next.EventType) ? next : best);
}

using System.Collections.Concurrent;
using System.Collections.Frozen;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Which handlers and behaviors a message has. Filled while services are registered; thread-safe to ask after that.</summary>
internal sealed class HandlerRegistry
{
    private readonly Dictionary<Type, RequestInvoker> _requests = [];
    private readonly List<Type> _handledConcurrently = [];
    private readonly ConcurrentDictionary<Type, EventRoute> _routes = new();
    private readonly FrozenDictionary<Type, RequestInvoker> _completeRequests = FrozenDictionary<Type, RequestInvoker>.Empty;

    public HandlerRegistry()
    {
    }

    /// <summary>All services are registered: the registry of a container that is built of them. What is registered later is for later containers.</summary>
    public HandlerRegistry(HandlerRegistry registered, ContainerFacts container)
    {
        FlowsToContexts = container.FlowsToContexts;
        Behaviors = container.Behaviors;
        _requests = registered._requests.ToDictionary(request => request.Key, request => container.Of(request.Value));
        _completeRequests = _requests.ToFrozenDictionary();
        _handledConcurrently = [.. registered._handledConcurrently];
        AfterCommit.AddRange(registered.AfterCommit.All.Select(container.Of));
        BeforeCommit.AddRange(registered.BeforeCommit.All);
    }

    public BehaviorRegistry Behaviors { get; } = new();

    public EventSubscribers<EventInvoker> AfterCommit { get; } = new();

    public EventSubscribers<BeforeCommitInvoker> BeforeCommit { get; } = new();

    public IReadOnlyCollection<RequestInvoker> Requests => _requests.Values;

    /// <summary>Some contexts come from a pool or a factory, and do not know in which scope they are used.</summary>
    public bool FlowsToContexts { get; }

    /// <exception cref="InvalidOperationException">The handler is for a request that has another one.</exception>
    public void Add(Handler handler)
    {
        switch (handler.Invoker)
        {
            case RequestInvoker request:
                Add(request);
                break;
            case BeforeCommitInvoker beforeCommit:
                BeforeCommit.Add(beforeCommit);
                break;
            default:
                AfterCommit.Add((EventInvoker)handler.Invoker);
                break;
        }
    }

    public void HandleConcurrently(Type eventType) => _handledConcurrently.Add(eventType);

    public bool KnowsAssemblyOf(Type handler) =>
        _requests.Values.Select(request => request.HandlerType)
            .Concat(AfterCommit.All.Select(one => one.HandlerType))
            .Concat(BeforeCommit.All.Select(one => one.HandlerType))
            .Any(known => known.Assembly == handler.Assembly);

    /// <exception cref="InvalidOperationException">The request has no handler.</exception>
    public RequestInvoker InvokerOf(IMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _completeRequests.TryGetValue(request.GetType(), out var invoker) ? invoker : throw Errors.NoHandler(request.GetType());
    }

    /// <summary>The way of an event, or of an enqueued command, after the commit.</summary>
    public EventRoute RouteOf(Type messageType) => _routes.GetOrAdd(messageType, static (type, registry) => registry.FindRoute(type), this);

    private EventRoute FindRoute(Type type) => _requests.TryGetValue(type, out var command)
        ? new EventRoute(Flowing([new EnqueuedCommandInvoker(command, Behaviors)]), Around: [], IsConcurrent: false)
        : new EventRoute(
            Flowing(AfterCommit.Of(type)), Behaviors.Of<Unit>(type), _handledConcurrently.Exists(concurrent => concurrent.IsAssignableFrom(type)));

    private EventInvoker[] Flowing(EventInvoker[] handlers) => FlowsToContexts
        ? Array.ConvertAll(handlers, handler => handler.Needs.HasToHaveScope ? new FlowingEventInvoker(handler) : handler)
        : handlers;

    private void Add(RequestInvoker invoker)
    {
        if (_requests.TryGetValue(invoker.RequestType, out var other) && other.HandlerType != invoker.HandlerType)
        {
            throw Errors.TwoHandlers(invoker.RequestType, other.HandlerType, invoker.HandlerType);
        }

        _requests[invoker.RequestType] = invoker;
    }
}

/// <summary>The handlers of an event in their order, the behaviors around each of them, and whether the handlers run side by side.</summary>
internal sealed record EventRoute(EventInvoker[] Handlers, BehaviorInvoker<Unit>[] Around, bool IsConcurrent)
{
    /// <summary>Whether a handler, or a behavior around it, could tell that it has no scope of its own.</summary>
    public bool NeedsScope(EventInvoker handler) => handler.Needs.HasToHaveScope || Around.Length > 0;

    /// <summary>Whether one of the handlers, or a behavior around them, could ask for the message, or save something that it causes.</summary>
    public bool CanAsk { get; } = Around.Length > 0 || Array.Exists(Handlers, static handler => handler.Needs.CanAsk);
}

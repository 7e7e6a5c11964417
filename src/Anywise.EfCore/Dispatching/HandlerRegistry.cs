using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Which handlers a message has. Filled while services are registered; thread-safe to ask after that.</summary>
internal sealed class HandlerRegistry
{
    private readonly Dictionary<Type, RequestInvoker> _requests = [];

    public EventSubscribers<EventInvoker> AfterCommit { get; } = new();

    public EventSubscribers<BeforeCommitInvoker> BeforeCommit { get; } = new();

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
            switch (invoker)
            {
                case RequestInvoker request:
                    Add(message, request);
                    break;
                case BeforeCommitInvoker beforeCommit:
                    BeforeCommit.Add(beforeCommit);
                    break;
                default:
                    AfterCommit.Add((EventInvoker)invoker);
                    break;
            }
        }
    }

    /// <exception cref="InvalidOperationException">The request has no handler.</exception>
    public RequestInvoker InvokerOf(IMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _requests.TryGetValue(request.GetType(), out var invoker) ? invoker : throw Errors.NoHandler(request.GetType());
    }

    private void Add(Type request, RequestInvoker invoker)
    {
        if (_requests.TryGetValue(request, out var other) && other.HandlerType != invoker.HandlerType)
        {
            throw Errors.TwoHandlers(request, other.HandlerType, invoker.HandlerType);
        }

        _requests[request] = invoker;
    }
}

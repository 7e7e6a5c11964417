using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.Testing;

/// <summary>Handlers that a test has made, found as an application finds its own: by message, base class and order.</summary>
internal sealed class HandlerInstances : IServiceProvider
{
    private Dictionary<Type, object> _instances = [];
    private HandlerRegistry _registry = new();

    /// <exception cref="InvalidOperationException">The object handles nothing, or is the second handler of a request. Nothing was added.</exception>
    public void Add(object handler)
    {
        var instances = new Dictionary<Type, object>(_instances) { [handler.GetType()] = handler };
        var registry = new HandlerRegistry(); // anew, since it remembers what it was asked
        foreach (var type in instances.Keys)
        {
            var handles = HandlerCatalog.Of(type);
            if (handles.Count == 0)
            {
                throw EfCore.Errors.NotAHandler(type);
            }

            foreach (var one in handles)
            {
                registry.Add(one);
            }
        }

        (_instances, _registry) = (instances, registry);
    }

    /// <summary>Calls the handler of a request; null if the test has made none.</summary>
    public MessageHandler<TResult>? HandlerOf<TResult>(IRequest<TResult> request) =>
        _registry.Requests.FirstOrDefault(one => one.RequestType == request.GetType()) is RequestInvoker<TResult> handler
            ? cancellationToken => handler.InvokeAsync(_registry.Behaviors, this, request, cancellationToken)
            : null;

    public IReadOnlyList<EventInvoker> HandlersOf(IEvent @event) => _registry.AfterCommit.Of(@event.GetType());

    public IReadOnlyList<BeforeCommitInvoker> BeforeCommitHandlersOf(Type eventType) => _registry.BeforeCommit.Of(eventType);

    object? IServiceProvider.GetService(Type serviceType) => _instances.GetValueOrDefault(serviceType);
}

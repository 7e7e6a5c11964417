using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>What is known of a container when all its services are registered. What is registered later is for later containers.</summary>
internal sealed class ContainerFacts
{
    private readonly Dictionary<Type, ScopeNeeds> _handlers = [];

    /// <param name="services">All services.</param>
    /// <param name="handlers">The handlers among them.</param>
    /// <param name="behaviors">The behaviors among them.</param>
    /// <param name="flowsToContexts">Some contexts do not know in which scope they are used.</param>
    public ContainerFacts(IServiceCollection services, IEnumerable<Handler> handlers, BehaviorRegistry behaviors, bool flowsToContexts)
    {
        foreach (var handler in handlers)
        {
            _handlers[handler.Type] = ScopeNeeds.Of(services, handler.Type);
        }

        Behaviors = new(behaviors, services);
        FlowsToContexts = flowsToContexts;
    }

    public BehaviorRegistry Behaviors { get; }

    public bool FlowsToContexts { get; }

    public RequestInvoker Of(RequestInvoker registered) => registered.ForContainer(_handlers[registered.HandlerType]);

    public EventInvoker Of(EventInvoker registered) => (EventInvoker)registered.ForContainer(_handlers[registered.HandlerType]);
}

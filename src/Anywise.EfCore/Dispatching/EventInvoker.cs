using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls one handler of an event without reflection.</summary>
internal abstract class EventInvoker(Type eventType, Type handlerType) : EventSubscriber(eventType, handlerType)
{
    public abstract ValueTask InvokeAsync(IServiceProvider services, IEvent @event, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class EventInvoker<TEvent, THandler>() : EventInvoker(typeof(TEvent), typeof(THandler))
    where TEvent : IEvent
    where THandler : notnull, IEventHandler<TEvent>
{
    public override ValueTask InvokeAsync(IServiceProvider services, IEvent @event, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TEvent)@event, cancellationToken);
}

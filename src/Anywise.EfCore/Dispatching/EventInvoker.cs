using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls one handler of an event without reflection.</summary>
internal abstract class EventInvoker(Type eventType, Type handlerType, int order) : EventSubscriber(eventType, handlerType, order)
{
    /// <summary>Calls the behaviors around the event, and behind them the handler.</summary>
    public ValueTask InvokeAsync(BehaviorInvoker<Unit>[] around, IServiceProvider services, IMessage message, CancellationToken cancellationToken) =>
        around.Length == 0
            ? HandleAsync(services, message, cancellationToken)
            : BehindAsync(around, services, message, cancellationToken);

    public override EventSubscriber And(EventSubscriber other) => new TwoEventInvokers(this, (EventInvoker)other).ForContainer(Needs);

    /// <summary>Calls the handler.</summary>
    protected abstract ValueTask HandleAsync(IServiceProvider services, IMessage message, CancellationToken cancellationToken);

    private ValueTask BehindAsync(BehaviorInvoker<Unit>[] around, IServiceProvider services, IMessage message, CancellationToken cancellationToken) =>
        Pipeline.RunAsync(around, place: 0, inner => HandleAsync(services, message, inner).WithUnit(), (services, message), cancellationToken).WithoutUnit();
}

/// <inheritdoc/>
internal sealed class EventInvoker<TEvent, THandler>(int order) : EventInvoker(typeof(TEvent), typeof(THandler), order)
    where TEvent : IEvent
    where THandler : notnull, IEventHandler<TEvent>
{
    protected override ValueTask HandleAsync(IServiceProvider services, IMessage message, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TEvent)message, cancellationToken);
}

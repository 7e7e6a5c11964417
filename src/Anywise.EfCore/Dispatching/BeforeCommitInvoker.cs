using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls one before-commit handler of an event without reflection.</summary>
internal abstract class BeforeCommitInvoker(Type eventType, Type handlerType, int order) : EventSubscriber(eventType, handlerType, order)
{
    public abstract ValueTask InvokeAsync(IServiceProvider services, IDomainEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken);

    public override EventSubscriber And(EventSubscriber other) => new TwoBeforeCommitInvokers(this, (BeforeCommitInvoker)other);
}

/// <inheritdoc/>
internal sealed class BeforeCommitInvoker<TEvent, THandler>(int order) : BeforeCommitInvoker(typeof(TEvent), typeof(THandler), order)
    where TEvent : IDomainEvent
    where THandler : notnull, IBeforeCommitHandler<TEvent>
{
    public override ValueTask InvokeAsync(IServiceProvider services, IDomainEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TEvent)@event, unitOfWork, cancellationToken);
}

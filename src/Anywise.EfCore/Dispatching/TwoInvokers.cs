using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls two methods of one handler, which have nothing to do with each other but that one event is for both.</summary>
internal sealed class TwoEventInvokers(EventInvoker first, EventInvoker second) : EventInvoker(first.EventType, first.HandlerType, first.Order)
{
    protected override async ValueTask HandleAsync(IServiceProvider services, IMessage message, CancellationToken cancellationToken)
    {
        await first.InvokeAsync([], services, message, cancellationToken).ConfigureAwait(false);
        await second.InvokeAsync([], services, message, cancellationToken).ConfigureAwait(false);
    }
}

/// <inheritdoc cref="TwoEventInvokers"/>
internal sealed class TwoBeforeCommitInvokers(BeforeCommitInvoker first, BeforeCommitInvoker second) : BeforeCommitInvoker(first.EventType, first.HandlerType, first.Order)
{
    public override async ValueTask InvokeAsync(IServiceProvider services, IDomainEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
    {
        await first.InvokeAsync(services, @event, unitOfWork, cancellationToken).ConfigureAwait(false);
        await second.InvokeAsync(services, @event, unitOfWork, cancellationToken).ConfigureAwait(false);
    }
}

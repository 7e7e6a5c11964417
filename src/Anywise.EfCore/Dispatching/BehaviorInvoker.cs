using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls one behavior around what handles a message, without reflection.</summary>
internal abstract class BehaviorInvoker<TResult>
{
    public abstract Type BehaviorType { get; }

    public abstract ValueTask<TResult> HandleAsync(IServiceProvider services, IMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class BehaviorInvoker<TBehavior, TMessage, TResult> : BehaviorInvoker<TResult>
    where TBehavior : notnull, IPipelineBehavior<TMessage, TResult>
    where TMessage : IMessage
{
    public override Type BehaviorType => typeof(TBehavior);

    public override ValueTask<TResult> HandleAsync(IServiceProvider services, IMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken) =>
        services.GetRequiredService<TBehavior>().HandleAsync((TMessage)message, next, cancellationToken);
}

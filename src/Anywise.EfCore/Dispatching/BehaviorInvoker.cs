using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Puts one behavior around what handles a message, without reflection.</summary>
internal abstract class BehaviorInvoker<TResult>
{
    public abstract Type BehaviorType { get; }

    public abstract MessageHandler<TResult> Around(MessageHandler<TResult> next, IServiceProvider services, IMessage message);
}

/// <inheritdoc/>
internal sealed class BehaviorInvoker<TBehavior, TMessage, TResult> : BehaviorInvoker<TResult>
    where TBehavior : notnull, IPipelineBehavior<TMessage, TResult>
    where TMessage : IMessage
{
    public override Type BehaviorType => typeof(TBehavior);

    public override MessageHandler<TResult> Around(MessageHandler<TResult> next, IServiceProvider services, IMessage message) =>
        cancellationToken => services.GetRequiredService<TBehavior>().HandleAsync((TMessage)message, next, cancellationToken);
}

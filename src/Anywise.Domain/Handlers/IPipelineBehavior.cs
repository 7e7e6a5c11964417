namespace Anywise.Domain;

/// <summary>Stands around the handlers of messages: may do something before and after, answer by itself, or refuse.</summary>
/// <typeparam name="TMessage">
/// The message, or a base class or interface of the messages that it stands around. An open generic behavior stands around every message
/// that fits its constraints.
/// </typeparam>
/// <typeparam name="TResult">The answer; <see cref="Unit"/> for events and for commands without one.</typeparam>
/// <remarks>Behaviors run in the order in which they are registered, the first outermost; around an event, once for each of its handlers.</remarks>
public interface IPipelineBehavior<in TMessage, TResult> where TMessage : IMessage
{
    /// <summary>Stands around one call of a handler.</summary>
    /// <param name="message">The message.</param>
    /// <param name="next">The next behavior, or at the end the handler; may be called more than once, or not at all.</param>
    /// <param name="cancellationToken">The sender's, or for an event the host's.</param>
    ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken);
}

/// <summary>What stands behind a behavior: the next one, or the handler.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
/// <param name="cancellationToken">Handed to the handler.</param>
public delegate ValueTask<TResult> MessageHandler<TResult>(CancellationToken cancellationToken);

namespace Anywise.Domain;

/// <summary>Takes messages to their handlers. Works in the scope out of which it is taken, and is as thread-safe as the services of that.</summary>
public interface IDispatcher
{
    /// <summary>Runs the one handler of a command in the caller's scope.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Handed to the handler.</param>
    /// <exception cref="InvalidOperationException">The command has no handler.</exception>
    ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default);

    /// <summary>Runs the one handler of a command or query in the caller's scope and returns its answer.</summary>
    /// <typeparam name="TResult">The answer.</typeparam>
    /// <param name="request">The command or query.</param>
    /// <param name="cancellationToken">Handed to the handler.</param>
    /// <exception cref="InvalidOperationException">The request has no handler.</exception>
    ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default);

    /// <summary>Delivers an event at once, in memory, bound to no transaction; returns when its handlers, and what they caused, are done.</summary>
    /// <remarks>Handlers run in scopes of their own; what they throw is logged and counted, and does not reach the publisher.</remarks>
    /// <param name="event">What happened.</param>
    /// <param name="cancellationToken">Handed to the handlers of this event.</param>
    ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default);
}

using System.Transactions;
using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Sends commands again that met a conflict, each attempt in a scope of its own, so that it reads fresh data.</summary>
internal sealed class ConflictRetry(IServiceScopeFactory scopes, IConflicts conflicts, TimeProvider clock)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <param name="message">The command as the sender's scope sees it: one message, however often it is tried.</param>
    /// <param name="invoker">The handler, and how often it may be tried.</param>
    /// <param name="handlers">Those of the container.</param>
    /// <param name="request">The command.</param>
    /// <param name="caller">The sender's scope.</param>
    /// <param name="cancellationToken">Ends the waiting, too.</param>
    /// <exception cref="InvalidOperationException">The sender has a transaction open, which a new scope could take no part in.</exception>
    public async ValueTask<TResult> SendAsync<TResult>(
        MessageFrame message,
        RequestInvoker<TResult> invoker,
        HandlerRegistry handlers,
        IRequest<TResult> request,
        IServiceProvider caller,
        CancellationToken cancellationToken)
    {
        if (conflicts.HasOpenTransaction(caller))
        {
            throw Errors.RetryInTransaction(request.GetType());
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var scope = scopes.CreateAsyncScope();
                await using (scope.ConfigureAwait(false))
                {
                    scope.ServiceProvider.GetRequiredService<MessageStack>().Continue(AttemptOf(message, handlers));
                    return await invoker.InvokeAsync(handlers.Behaviors, scope.ServiceProvider, request, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (attempt < invoker.Attempts && conflicts.IsConflict(failure))
            {
                await Task.Delay(DelayAfter(attempt), clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The message as one attempt has it: what an attempt that fails puts in, the next does not see.</summary>
    private static MessageFrame AttemptOf(MessageFrame message, HandlerRegistry handlers)
    {
        var attempt = message.ForHandler();
        if (handlers.FlowsToContexts)
        {
            MessageFlow.Set(attempt);
        }

        return attempt;
    }

    /// <summary>Doubles with each attempt up to a limit, and is random, so that those who met once do not meet again.</summary>
    private static TimeSpan DelayAfter(int attempt) => Math.Min(Math.Pow(2, attempt - 1), LongestDelay / FirstDelay) * FirstDelay * (0.5 + Random.Shared.NextDouble());
}

/// <summary>What a dispatcher has to know of databases.</summary>
internal interface IConflicts
{
    /// <summary>Somebody else changed the same data at the same time, so that it may go well another time.</summary>
    bool IsConflict(Exception failure);

    /// <summary>What is saved in this scope now is not committed before its transaction is.</summary>
    bool HasOpenTransaction(IServiceProvider scope);
}

/// <summary>Where no context is known: what the application says, and the transaction that it may have opened around all.</summary>
internal sealed class KnownConflicts(AnywiseBuilder options) : IConflicts
{
    public bool IsConflict(Exception failure) => options.IsConflict(failure);

    public bool HasOpenTransaction(IServiceProvider scope) => Transaction.Current is not null;
}

using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Takes events to their before-commit handlers, each in a scope of its own. What a handler throws reaches the saver: nothing is committed yet.</summary>
internal sealed class BeforeCommitHandlers(AnywiseBuilder options, HandlerRegistry handlers, IServiceScopeFactory scopes)
{
    public bool HasAny => handlers.BeforeCommit.HasAny;

    /// <summary>How often handlers may cause new events within one save.</summary>
    public int MaxRounds => options.MaxCascadeDepth;

    public bool HasAnyOf(Type eventType) => handlers.BeforeCommit.Of(eventType).Length > 0;

    /// <param name="event">What an aggregate that is being saved has raised.</param>
    /// <param name="unitOfWork">The save under way.</param>
    /// <param name="saver">The message whose handler saves; each before-commit handler sees that as its own.</param>
    /// <param name="mustBeSynchronous">The save is synchronous and cannot wait.</param>
    /// <param name="cancellationToken">The saver's.</param>
    public async ValueTask HandleAsync(IDomainEvent @event, IUnitOfWork unitOfWork, MessageFrame? saver, bool mustBeSynchronous, CancellationToken cancellationToken)
    {
        foreach (var handler in handlers.BeforeCommit.Of(@event.GetType()))
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                if (saver is not null)
                {
                    scope.ServiceProvider.GetRequiredService<MessageStack>().Continue(saver.ForHandler());
                }

                var handling = handler.InvokeAsync(scope.ServiceProvider, @event, unitOfWork, cancellationToken);
                if (mustBeSynchronous && !handling.IsCompleted)
                {
                    throw Errors.BeforeCommitHandlerIsAsynchronous(handler.HandlerType, @event.GetType());
                }

                await handling.ConfigureAwait(false);
            }
        }
    }
}

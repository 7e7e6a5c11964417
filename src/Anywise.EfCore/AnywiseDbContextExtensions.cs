using Anywise.Domain;
using Anywise.EfCore;
using Anywise.EfCore.Outbox;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.EntityFrameworkCore;

/// <summary>What Anywise adds to a context with an outbox.</summary>
public static class AnywiseDbContextExtensions
{
    /// <summary>Stores an event with the next save of the context, which need not change anything else, and delivers it after the commit.</summary>
    /// <param name="context">The context.</param>
    /// <param name="event">What happened.</param>
    /// <param name="at">When it is to be delivered, by the clock of the database and exact to a millisecond; null for at once.</param>
    /// <exception cref="InvalidOperationException">The context has no outbox.</exception>
    public static void Enqueue(this DbContext context, IEvent @event, DateTimeOffset? at = null) => context.EnqueueMessage(@event, at);

    /// <summary>Stores a command with the next save of the context, which need not change anything else, and hands it to its handler after the commit.</summary>
    /// <remarks>Its handler is called as that of an event: in a scope of its own, until it succeeds or is given up.</remarks>
    /// <param name="context">The context.</param>
    /// <param name="command">What is to be done.</param>
    /// <param name="at">When it is to be done, by the clock of the database and exact to a millisecond; null for at once.</param>
    /// <exception cref="InvalidOperationException">The context has no outbox, or the command no handler.</exception>
    public static void Enqueue(this DbContext context, ICommand command, DateTimeOffset? at = null) => context.EnqueueMessage(command, at);

    /// <inheritdoc cref="Enqueue(DbContext, ICommand, DateTimeOffset?)"/>
    /// <typeparam name="TResult">What the handler answers, which nobody waits for.</typeparam>
    public static void Enqueue<TResult>(this DbContext context, ICommand<TResult> command, DateTimeOffset? at = null) => context.EnqueueMessage(command, at);

    private static void EnqueueMessage(this DbContext context, IMessage message, DateTimeOffset? at)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(message);
        var enqueued = ((IInfrastructure<IServiceProvider>)context).Instance.GetService<EnqueuedMessages>();
        (enqueued ?? throw Errors.ContextHasNoOutbox(context.GetType())).Add(message, at);
    }
}

using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore;

/// <summary>Shows what is in the outbox of a context, and lets handlers that were given up try again, or go. A singleton; thread-safe.</summary>
/// <typeparam name="TContext">A registered context with <c>UseOutbox</c>.</typeparam>
public interface IOutbox<TContext> where TContext : DbContext
{
    /// <summary>Counts what is in the table.</summary>
    /// <exception cref="InvalidOperationException">The context is not registered, or has no outbox.</exception>
    Task<OutboxCounts> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>The handlers that were given up, the oldest saves first.</summary>
    /// <param name="saves">Of how many saves at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The context is not registered, or has no outbox.</exception>
    Task<IReadOnlyList<DeadHandler>> FindDeadAsync(int saves = 100, CancellationToken cancellationToken = default);

    /// <summary>Lets a handler that was given up try again, as often as a new one.</summary>
    /// <param name="dead">The handler, as <see cref="FindDeadAsync"/> has found it.</param>
    /// <param name="cancellationToken">Ends the attempt to write; the handler itself is called by a relay.</param>
    /// <returns>False if it is not dead any more.</returns>
    /// <exception cref="InvalidOperationException">The context is not registered, or has no outbox.</exception>
    Task<bool> RetryAsync(DeadHandler dead, CancellationToken cancellationToken = default);

    /// <summary>Lets all handlers that were given up try again, as often as new ones.</summary>
    /// <param name="filter">Which of them; null for all.</param>
    /// <param name="cancellationToken">Ends the retrying before the next save; what has been retried until then stays so.</param>
    /// <returns>How many try again.</returns>
    /// <exception cref="InvalidOperationException">The context is not registered, or has no outbox.</exception>
    Task<int> RetryAllAsync(Func<DeadHandler, bool>? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a handler that was given up: it is never called for this event.</summary>
    /// <param name="dead">The handler, as <see cref="FindDeadAsync"/> has found it.</param>
    /// <param name="cancellationToken">Ends the attempt to write.</param>
    /// <returns>False if it is not dead any more.</returns>
    /// <exception cref="InvalidOperationException">The context is not registered, or has no outbox.</exception>
    Task<bool> DiscardAsync(DeadHandler dead, CancellationToken cancellationToken = default);
}

/// <summary>What is in the table of an outbox.</summary>
/// <param name="Waiting">The saves that have a handler which is still to be called, now or later.</param>
/// <param name="Dead">The saves that have a handler which was given up.</param>
/// <param name="OldestDue">For how long the oldest save that is due has been waiting to be taken; null if none is due.</param>
public sealed record OutboxCounts(long Waiting, long Dead, TimeSpan? OldestDue);

/// <summary>A handler that has failed too often with an event, or cannot be called at all.</summary>
/// <param name="EventId">The id of the event, as <c>MessageContext.MessageId</c> says it.</param>
/// <param name="Event">The durable name of the event.</param>
/// <param name="Handler">The durable name of the handler; <c>*</c> for all of them, if the type of the event is unknown.</param>
/// <param name="Attempts">How often it was called.</param>
/// <param name="Error">How it failed last, or why it cannot be called.</param>
public sealed record DeadHandler(Guid EventId, string Event, string Handler, int Attempts, string? Error)
{
    /// <summary>The row in the table: the events of one save share one.</summary>
    public required Guid SaveId { get; init; }
}

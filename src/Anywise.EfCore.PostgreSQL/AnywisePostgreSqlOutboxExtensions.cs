using Anywise.EfCore.Outbox;

namespace Anywise.EfCore;

/// <summary>What an outbox can do on PostgreSQL only.</summary>
public static class AnywisePostgreSqlOutboxExtensions
{
    /// <summary>
    /// Wakes the relays of other processes at once, by <c>NOTIFY</c> after the commit, when something is due earlier than they know: what a process that
    /// stops leaves, what is enqueued for later, tried again, or retried through <c>IOutbox</c> by a process without a relay.
    /// </summary>
    /// <remarks>
    /// Each relay holds one connection open for it. Behind a pooler that shares sessions between transactions nothing is heard, so that other processes
    /// notice at their next look, after <see cref="OutboxOptions.PollingInterval"/>.
    /// </remarks>
    /// <param name="outbox">The options of the outbox.</param>
    public static OutboxOptions UseNotify(this OutboxOptions outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        outbox.Signal = new PostgreSqlSignal();
        return outbox;
    }
}

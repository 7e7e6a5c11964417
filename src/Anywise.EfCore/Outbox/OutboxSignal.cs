using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Outbox;

/// <summary>Tells the relays of other processes that something is due earlier than they know. What a database says differently.</summary>
internal abstract class OutboxSignal
{
    /// <param name="context">A context of its own on the database.</param>
    /// <param name="table">The table of the outbox, as SQL names it.</param>
    /// <param name="sender">Tells processes from each other.</param>
    public abstract Task SendAsync(DbContext context, string table, string sender);

    /// <summary>Calls back for each signal of another process, until it is cancelled or the connection is lost.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public abstract Task ListenAsync(DbContext context, string table, string sender, Action heard, CancellationToken cancellationToken);
}

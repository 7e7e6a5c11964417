using Anywise.Domain;
using Anywise.EfCore.Committing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// Makes what one handler saves and the note that it has succeeded one commit: its first save opens a transaction, which commits when it returns.
/// </summary>
/// <remarks>A handler that begins a transaction of its own is not part of this: it may be called again after it has committed.</remarks>
internal sealed class HandlerTransaction : IAsyncDisposable
{
    private static readonly AsyncLocal<HandlerTransaction?> Running = new();
    private readonly StoredDelivery _delivery;
    private readonly RaisedEvent _raised;
    private readonly string _handler;
    private DbContext? _context;
    private IDbContextTransaction? _transaction;
    private bool _isOver;

    /// <summary>Call it in an asynchronous method: the end of that ends the flow to contexts.</summary>
    public HandlerTransaction(StoredDelivery delivery, RaisedEvent raised, string handler)
    {
        (_delivery, _raised, _handler) = (delivery, raised, handler);
        Running.Value = this;
    }

    /// <summary>The transaction that a save of this context is to open, if it is the first of a handler.</summary>
    public static HandlerTransaction? ToBeginFor(DbContext context, ContextOutbox outbox) =>
        Running.Value is { _isOver: false, _transaction: null } running && running._delivery.Outbox == outbox && IsFree(context) ? running : null;

    public void Begin(DbContext context) => (_context, _transaction) = (context, context.Database.BeginTransaction());

    public async ValueTask BeginAsync(DbContext context, CancellationToken cancellationToken) =>
        (_context, _transaction) = (context, await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The handler has succeeded.</summary>
    /// <exception cref="InvalidOperationException">Another process is handling the event; nothing of this handler is committed.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        _isOver = true;
        var lease = _delivery.Lease;
        if (_transaction is not null && _context!.Database.CurrentTransaction == _transaction)
        {
            var remaining = lease.RemainingWithout(_raised, _handler);
            if (!await _delivery.Outbox.Store.MarkAsync(_context, lease, remaining, cancellationToken).ConfigureAwait(false))
            {
                lease.IsOver = true;
                throw Errors.LeaseIsLost(_raised.EventType, _handler);
            }

            await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            lease.IsOver |= remaining.Count == 0;
        }

        lease.Succeeded(_raised, _handler);
    }

    public ValueTask DisposeAsync()
    {
        _isOver = true;
        return _transaction?.DisposeAsync() ?? default;
    }

    /// <summary>A strategy that retries must begin the transactions itself.</summary>
    private static bool IsFree(DbContext context) =>
        context.Database.CurrentTransaction is null
        && TransactionOfSave.AmbientOf(context) is null
        && (ExecutionStrategy.Current is not null || !context.Database.CreateExecutionStrategy().RetriesOnFailure);
}

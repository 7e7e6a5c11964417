using System.Data;
using System.Data.Common;
using Anywise.Domain;
using Anywise.EfCore.Committing;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// Makes what one handler saves and the note that it has succeeded one commit: its first save opens a transaction, which commits when it returns.
/// </summary>
/// <remarks>
/// For the context of the handler's own scope, which is there until it returns. A handler that begins a transaction of its own, or saves in other
/// contexts, is not part of this: it may be called again after it has committed.
/// </remarks>
internal sealed class HandlerTransaction : IAsyncDisposable
{
    private static readonly AsyncLocal<HandlerTransaction?> Running = new();
    private readonly StoredDelivery _delivery;
    private readonly RaisedEvent _raised;
    private readonly string _handler;
    private readonly IServiceProvider _scope;
    private DbContext? _context;
    private IDbContextTransaction? _transaction;
    private bool _isOver;

    /// <summary>Call it in an asynchronous method: the end of that ends the flow to contexts.</summary>
    public HandlerTransaction(StoredDelivery delivery, RaisedEvent raised, string handler, IServiceProvider scope)
    {
        (_delivery, _raised, _handler, _scope) = (delivery, raised, handler, scope);
        Running.Value = this;
    }

    /// <summary>The transaction that a save of this context is to open, if it is the first of a handler.</summary>
    public static HandlerTransaction? ToBeginFor(DbContext context, DeliveryRoute route)
    {
        if (Running.Value is not { _isOver: false, _transaction: null } running || !running.IsFor(context, route))
        {
            return null;
        }

        if (context.Database.CurrentTransaction is null && TransactionOfSave.AmbientOf(context) is null)
        {
            return running;
        }

        running._delivery.Outbox.Reports.HandlerHasOwnTransaction(running._handler);
        return null;
    }

    public void Begin(DbContext context) => Began(context, context.Database.BeginTransaction());

    public async ValueTask BeginAsync(DbContext context, CancellationToken cancellationToken) =>
        Began(context, await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The handler has succeeded, so that nothing may cancel this any more.</summary>
    /// <exception cref="InvalidOperationException">Another process is handling the event; nothing of this handler is committed.</exception>
    public async ValueTask CommitAsync()
    {
        _isOver = true;
        if (_transaction is { } transaction && _context!.Database.CurrentTransaction == transaction)
        {
            await _delivery.Lease.Writing.RunAsync(() => CommitAsync(transaction)).ConfigureAwait(false);
        }
        else
        {
            _delivery.Lease.Succeeded(_raised, _handler);
        }
    }

    public ValueTask DisposeAsync()
    {
        _isOver = true;
        return _transaction?.DisposeAsync() ?? default;
    }

    /// <summary>
    /// A save that fails must not take earlier ones with it, for which EF Core makes a savepoint. The first has none before it, and can do without these two
    /// statements: if it fails, the transaction begins again.
    /// </summary>
    private void Began(DbContext context, IDbContextTransaction transaction)
    {
        (_context, _transaction) = (context, transaction);
        if (context.Database.AutoSavepointsEnabled)
        {
            context.Database.AutoSavepointsEnabled = false;
            context.SavedChanges += FirstSaved;
            context.SaveChangesFailed += FirstFailed;
        }
    }

    private void FirstSaved(object? sender, SavedChangesEventArgs saved)
    {
        _context!.SavedChanges -= FirstSaved;
        _context.SaveChangesFailed -= FirstFailed;
        _context.Database.AutoSavepointsEnabled = true;
    }

    /// <remarks>EF Core tells of every failure here only, and here is nothing to await.</remarks>
    private void FirstFailed(object? sender, SaveChangesFailedEventArgs failed)
    {
        try
        {
            var isConnected = _context!.Database.GetDbConnection().State == ConnectionState.Open;
            _transaction!.Dispose();
            _transaction = isConnected ? _context.Database.BeginTransaction() : null;
        }
        catch (DbException)
        {
            _transaction = null; // what the save itself failed with says more
        }
    }

    private async Task CommitAsync(IDbContextTransaction transaction)
    {
        var lease = _delivery.Lease;
        var remaining = lease.RemainingWithout(_raised, _handler);
        if (!await _delivery.Outbox.Store.MarkAsync(_context!, lease, remaining).ConfigureAwait(false))
        {
            lease.IsOver = true;
            throw Errors.LeaseIsLost(_raised.EventType, _handler);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        lease.Marked(_raised, _handler, _delivery.Outbox.Time.GetTimestamp());
    }

    private bool IsFor(DbContext context, DeliveryRoute route) =>
        _delivery.Outbox == route.Outbox && ReferenceEquals(_scope.GetService(context.GetType()), context);
}

using System.Data;
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
    private FirstSave? _first;
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
        if (Running.Value is not { _isOver: false } running)
        {
            return null;
        }

        if (running._transaction is not null || !running.IsFor(context, route))
        {
            running._first?.Began(context); // also one that an interceptor makes inside of the first
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
    /// <exception cref="InvalidOperationException">Another process is handling the event, or the connection was lost; nothing of this handler is committed.</exception>
    public async ValueTask CommitAsync()
    {
        _isOver = true;
        if (_transaction is null or CommitAwareTransaction { WasEnded: true }) // by the handler itself
        {
            _delivery.Lease.Succeeded(_raised, _handler);
            return;
        }

        await _delivery.Lease.Writing.RunAsync(() => CommitAsync(_transaction)).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _isOver = true;
        return _transaction?.DisposeAsync() ?? default;
    }

    private void Began(DbContext context, IDbContextTransaction transaction)
    {
        (_context, _transaction) = (context, transaction);
        _first = FirstSave.Of(context, failed: BeginAgain);
    }

    /// <summary>The first save has failed. Without its connection the transaction is gone, and the next save begins one.</summary>
    private void BeginAgain()
    {
        var isConnected = IsConnected;
        _transaction!.Dispose();
        _transaction = null;
        if (isConnected)
        {
            _transaction = _context!.Database.BeginTransaction();
        }
    }

    private async Task CommitAsync(IDbContextTransaction transaction)
    {
        if (_context!.Database.CurrentTransaction != transaction || !IsConnected) // EF Core would connect again, and write the mark without what it stands for
        {
            throw Errors.HandlerTransactionIsLost(_raised.EventType, _handler);
        }

        var lease = _delivery.Lease;
        var remaining = lease.RemainingWithout(_raised, _handler);
        if (!await _delivery.Outbox.Store.MarkAsync(_context, lease, remaining).ConfigureAwait(false))
        {
            lease.IsOver = true;
            throw Errors.LeaseIsLost(_raised.EventType, _handler);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        lease.Marked(_raised, _handler, _delivery.Outbox.Time.GetTimestamp());
    }

    private bool IsConnected => _context!.Database.GetDbConnection().State == ConnectionState.Open;

    private bool IsFor(DbContext context, DeliveryRoute route) =>
        ReferenceEquals(_scope.GetService(context.GetType()), context) && route.Outbox is { } outbox && _delivery.Outbox.Database.HasTableOf(outbox.Database);
}

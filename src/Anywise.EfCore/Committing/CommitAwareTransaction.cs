using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>Does what the provider's transaction does, tells the log, and delivers after the commit, when the connection is free again.</summary>
[SuppressMessage("Usage", "CA2215", Justification = "The inner transaction is the one to dispose; the base class would dispose and log it again.")]
internal sealed class CommitAwareTransaction(
    TransactionOrigin origin,
    RelationalTransactionFactoryDependencies dependencies,
    RelationalTransaction inner,
    CommitLog log)
    : RelationalTransaction(origin.Connection, origin.Transaction, origin.Id, origin.Logger, origin.IsOwned, dependencies.SqlGenerationHelper), ITransactionParticipant
{
    private bool _isCommitting;

    /// <summary>
    /// EF Core is not told when a transaction is ended past it. An interceptor may leave it while it is told of the commit. A save whose connection
    /// breaks at its very end, when its savepoint is released, is successful to EF Core, and still part of a transaction that will not commit.
    /// </summary>
    public bool TakesPart => _isCommitting || (origin.Connection.CurrentTransaction == this && !origin.HasEnded);

    /// <summary>It was committed or rolled back, and not only given up.</summary>
    public bool WasEnded { get; private set; }

    public override bool SupportsSavepoints => inner.SupportsSavepoints;

    public override void Commit()
    {
        if (HasToBeChecked)
        {
            AbortedTransaction.Refuse(origin.Transaction);
        }

        var wasOpen = _isCommitting = origin.IsOpen;
        try
        {
            inner.Commit();
        }
        catch (Exception failure)
        {
            if (IsCommittedDespite(failure, wasOpen))
            {
                TransactionOutcome.Committed(log);
            }

            throw;
        }

        (_isCommitting, WasEnded) = (false, true);
        TransactionOutcome.Committed(log);
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        if (HasToBeChecked)
        {
            await AbortedTransaction.RefuseAsync(origin.Transaction, cancellationToken).ConfigureAwait(false);
        }

        var wasOpen = _isCommitting = origin.IsOpen;
        try
        {
            await inner.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            if (IsCommittedDespite(failure, wasOpen))
            {
                await TransactionOutcome.CommittedAsync(log).ConfigureAwait(false);
            }

            throw;
        }

        (_isCommitting, WasEnded) = (false, true);
        await TransactionOutcome.CommittedAsync(log).ConfigureAwait(false);
    }

    public override void Rollback()
    {
        inner.Rollback();
        WasEnded = true;
        TransactionOutcome.RolledBack(log);
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await inner.RollbackAsync(cancellationToken).ConfigureAwait(false);
        WasEnded = true;
        TransactionOutcome.RolledBack(log);
    }

    public override void CreateSavepoint(string name)
    {
        inner.CreateSavepoint(name);
        log.SavepointCreated(name);
    }

    public override async Task CreateSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        await inner.CreateSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        log.SavepointCreated(name);
    }

    public override void RollbackToSavepoint(string name)
    {
        inner.RollbackToSavepoint(name);
        TransactionOutcome.RolledBackTo(log, name);
    }

    public override async Task RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        await inner.RollbackToSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        TransactionOutcome.RolledBackTo(log, name);
    }

    public override void ReleaseSavepoint(string name)
    {
        inner.ReleaseSavepoint(name);
        log.Released(name);
    }

    public override async Task ReleaseSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        await inner.ReleaseSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        log.Released(name);
    }

    public override void Dispose()
    {
        var wasOpen = !log.IsOver && origin.IsOpen;
        try
        {
            inner.Dispose();
        }
        finally
        {
            Leave(wasOpen);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        var wasOpen = !log.IsOver && origin.IsOpen;
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            Leave(wasOpen);
        }
    }

    /// <summary>The question costs a round trip; an implicit transaction has nothing in its log yet, and fails by itself.</summary>
    private bool HasToBeChecked => log.HasSaves && AbortedTransaction.IsPossible(origin);

    /// <summary>
    /// What the server answers with an error it has rolled back, unless the transaction is still open: SQLite can be busy, and the same
    /// transaction be committed again. Without an answer, or when the server shuts down (class 57), the log stays until the end is known.
    /// What is no error of the database comes from an interceptor, which is told when the transaction is committed.
    /// </summary>
    private bool IsCommittedDespite(Exception failure, bool wasOpen)
    {
        _isCommitting = false;
        var hasEnded = origin.HasEnded;
        if (hasEnded && failure is DbException { SqlState: { } state } && !state.StartsWith("57", StringComparison.Ordinal))
        {
            TransactionOutcome.RolledBack(log);
        }

        return wasOpen && hasEnded && failure is not (DbException or OperationCanceledException);
    }

    /// <summary>Who began a transaction rolls it back by disposing it, if it was still open; who only took part leaves it to the others.</summary>
    private void Leave(bool wasOpen)
    {
        if (origin.IsOwned && wasOpen)
        {
            TransactionOutcome.RolledBack(log);
        }
        else
        {
            TransactionOutcome.Left(log);
        }
    }
}

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
    /// <summary>EF Core is not told when a transaction is ended past it, but a transaction that has ended has no connection any more.</summary>
    public bool TakesPart => origin.Connection.CurrentTransaction == this && origin.Transaction.Connection is not null;

    public override bool SupportsSavepoints => inner.SupportsSavepoints;

    public override void Commit()
    {
        if (HasToBeChecked)
        {
            AbortedTransaction.Refuse(origin.Transaction);
        }

        inner.Commit(); // if it throws the log stays: SQLite can be busy, and the same transaction be committed again
        TransactionOutcome.Committed(log);
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        if (HasToBeChecked)
        {
            await AbortedTransaction.RefuseAsync(origin.Transaction, cancellationToken).ConfigureAwait(false);
        }

        await inner.CommitAsync(cancellationToken).ConfigureAwait(false);
        await TransactionOutcome.CommittedAsync(log).ConfigureAwait(false);
    }

    public override void Rollback()
    {
        inner.Rollback();
        TransactionOutcome.RolledBack(log);
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await inner.RollbackAsync(cancellationToken).ConfigureAwait(false);
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
        inner.Dispose();
        Leave();
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        Leave();
    }

    /// <summary>The question costs a round trip; an implicit transaction has nothing in its log yet, and fails by itself.</summary>
    private bool HasToBeChecked => log.HasSaves && AbortedTransaction.IsPossible(origin);

    /// <summary>Who began a transaction rolls it back by disposing it, unless it is over; who only took part leaves it to the others.</summary>
    private void Leave()
    {
        if (origin.IsOwned)
        {
            TransactionOutcome.RolledBack(log);
        }
        else if (!log.IsOver && !log.HasParticipants)
        {
            TransactionOutcome.Unknown(log);
        }
    }
}

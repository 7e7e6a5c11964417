using System.Diagnostics.CodeAnalysis;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>Does what the provider's transaction does, tells the log, and delivers after the commit, when the connection is free again.</summary>
[SuppressMessage("Usage", "CA2215", Justification = "The inner transaction is the one to dispose; the base class would dispose and log it again.")]
internal sealed class CommitAwareTransaction(
    TransactionOrigin origin,
    RelationalTransactionFactoryDependencies dependencies,
    RelationalTransaction inner,
    CommitLog log)
    : RelationalTransaction(origin.Connection, origin.Transaction, origin.Id, origin.Logger, origin.IsOwned, dependencies.SqlGenerationHelper)
{
    public override bool SupportsSavepoints => inner.SupportsSavepoints;

    public override void Commit()
    {
        inner.Commit(); // if it throws the log stays: SQLite can be busy, and the same transaction be committed again
        BlockingDelivery.Run(log.Committed());
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await inner.CommitAsync(cancellationToken).ConfigureAwait(false);
        await Cascade.DeliverAsync(log.Committed()).ConfigureAwait(false);
    }

    public override void Rollback()
    {
        inner.Rollback();
        log.RolledBack();
    }

    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        await inner.RollbackAsync(cancellationToken).ConfigureAwait(false);
        log.RolledBack();
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
        log.RolledBackTo(name);
    }

    public override async Task RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        await inner.RollbackToSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        log.RolledBackTo(name);
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
        EndWithoutCommit();
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        EndWithoutCommit();
    }

    /// <summary>After a commit this changes nothing. A context that only takes part does not end the transaction by leaving it.</summary>
    private void EndWithoutCommit()
    {
        if (origin.IsOwned)
        {
            log.RolledBack();
        }
    }
}

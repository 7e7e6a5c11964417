using System.Data;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Committing;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>Makes the events of a save a row of the same save, which the context does not track and the count of the save does not show.</summary>
internal sealed class OutboxWriter(ICurrentDbContext current, DeliveryRoute route, ContextEventSink sink)
{
    private const string Savepoint = "__AnywiseSavePoint";

    /// <summary>Asked for late: interceptors are made before the model is.</summary>
    private IDatabase Database => field ??= current.Context.GetService<Decorated<IDatabase>>().Inner;

    private OutboxRows Rows => field is not null && field.Outbox == route.Outbox ? field : field = new OutboxRows(current.Context, route.Outbox!, route, sink);

    private OutboxBatches Batches => field ??= (OutboxBatches)current.Context.GetService<IModificationCommandBatchFactory>();

    /// <summary>Saves the changes of the context, and with them the events.</summary>
    /// <returns>What the database wrote of the changes.</returns>
    public int Save(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        try
        {
            return Rows.NeedKeys(taken) ? SaveWithKeys(entries, taken) : SaveTogether(entries, taken);
        }
        catch (Exception failure) when (OutdatedTable.ErrorOfSave(failure, current.Context) is { } error)
        {
            throw error;
        }
        finally
        {
            Batches.SendWithNext([]);
        }
    }

    /// <inheritdoc cref="Save(IList{IUpdateEntry}, List{CollectedEvents})"/>
    public async Task<int> SaveAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        try
        {
            return Rows.NeedKeys(taken)
                ? await SaveWithKeysAsync(entries, taken, cancellationToken).ConfigureAwait(false)
                : await SaveTogetherAsync(entries, taken, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (OutdatedTable.ErrorOfSave(failure, current.Context) is { } error)
        {
            throw error;
        }
        finally
        {
            Batches.SendWithNext([]);
        }
    }

    /// <summary>Saves what a save took that had nothing else to save.</summary>
    public void SaveEvents() => current.Context.Database.CreateExecutionStrategy().Execute(() => Save([], sink.Taken));

    /// <inheritdoc cref="SaveEvents"/>
    public Task SaveEventsAsync(CancellationToken cancellationToken) =>
        current.Context.Database.CreateExecutionStrategy().ExecuteAsync(cancelled => SaveAsync([], sink.Taken, cancelled), cancellationToken);

    private int SaveTogether(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        Batches.SendWithNext(Rows.Of(taken));
        var written = entries.Count == 0 ? 0 : Database.SaveChanges(entries);
        SendRest();
        return written;
    }

    private async Task<int> SaveTogetherAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        Batches.SendWithNext(Rows.Of(taken));
        var written = entries.Count == 0 ? 0 : await Database.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        await SendRestAsync(cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>What needs generated keys can only be written after the rows that get them: in a transaction, if there is none yet.</summary>
    private int SaveWithKeys(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        if (HasTransaction)
        {
            return SaveAboveSavepoint(entries, taken);
        }

        using var transaction = current.Context.Database.BeginTransaction();
        var written = SaveOneAfterTheOther(entries, taken);
        transaction.Commit();
        return written;
    }

    private async Task<int> SaveWithKeysAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        if (HasTransaction)
        {
            return await SaveAboveSavepointAsync(entries, taken, cancellationToken).ConfigureAwait(false);
        }

        var transaction = await current.Context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var written = await SaveOneAfterTheOtherAsync(entries, taken, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return written;
        }
    }

    /// <summary>The saver may catch the failure and commit all the same: then his rows must not stay without their events.</summary>
    private int SaveAboveSavepoint(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        var transaction = TransactionWithSavepoints;
        transaction?.CreateSavepoint(Savepoint);
        try
        {
            var written = SaveOneAfterTheOther(entries, taken);
            transaction?.ReleaseSavepoint(Savepoint);
            return written;
        }
        catch when (transaction is not null && IsConnected)
        {
            transaction.RollbackToSavepoint(Savepoint);
            throw;
        }
    }

    /// <inheritdoc cref="SaveAboveSavepoint"/>
    private async Task<int> SaveAboveSavepointAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        var transaction = TransactionWithSavepoints;
        await (transaction?.CreateSavepointAsync(Savepoint, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        try
        {
            var written = await SaveOneAfterTheOtherAsync(entries, taken, cancellationToken).ConfigureAwait(false);
            await (transaction?.ReleaseSavepointAsync(Savepoint, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
            return written;
        }
        catch when (transaction is not null && IsConnected)
        {
            await transaction.RollbackToSavepointAsync(Savepoint, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private int SaveOneAfterTheOther(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        var written = entries.Count == 0 ? 0 : Database.SaveChanges(entries);
        Batches.SendWithNext(RowsWithKeysOf(taken));
        SendRest();
        return written;
    }

    private async Task<int> SaveOneAfterTheOtherAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        var written = entries.Count == 0 ? 0 : await Database.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        Batches.SendWithNext(RowsWithKeysOf(taken));
        await SendRestAsync(cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>Null where EF Core itself would make no savepoint for a save.</summary>
    private IDbContextTransaction? TransactionWithSavepoints =>
        current.Context.Database is { AutoSavepointsEnabled: true, CurrentTransaction: { SupportsSavepoints: true } transaction } ? transaction : null;

    /// <summary>Without the connection the transaction is gone, too.</summary>
    private bool IsConnected => current.Context.Database.GetDbConnection().State == ConnectionState.Open;

    private bool HasTransaction => current.Context.Database.CurrentTransaction is not null || TransactionOfSave.AmbientOf(current.Context) is not null;

    private void SendRest()
    {
        if (Batches.CreateOfRest() is { } rest)
        {
            current.Context.GetService<IBatchExecutor>().Execute([rest], current.Context.GetService<IRelationalConnection>());
        }
    }

    private Task SendRestAsync(CancellationToken cancellationToken) => Batches.CreateOfRest() is { } rest
        ? current.Context.GetService<IBatchExecutor>().ExecuteAsync([rest], current.Context.GetService<IRelationalConnection>(), cancellationToken)
        : Task.CompletedTask;

    private List<IReadOnlyModificationCommand> RowsWithKeysOf(List<CollectedEvents> taken)
    {
        foreach (var collected in taken)
        {
            DeferredEvents.Make(collected, current.Context, committed: null);
        }

        return Rows.Of(taken);
    }
}

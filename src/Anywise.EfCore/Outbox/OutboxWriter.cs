using System.Data.Common;
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
    /// <summary>Asked for late: interceptors are made before the model is.</summary>
    private IDatabase Database => field ??= current.Context.GetService<Decorated<IDatabase>>().Inner;

    private OutboxRows Rows => field ??= new OutboxRows(current.Context, route, sink);

    /// <summary>Saves the changes of the context, and with them the events.</summary>
    /// <returns>What the database wrote of the changes.</returns>
    public int Save(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        try
        {
            if (Rows.NeedKeys(taken))
            {
                return SaveWithKeys(entries, taken);
            }

            var all = WithRows(entries, taken);
            return all.Count == 0 ? 0 : Database.SaveChanges(all) - (all.Count - entries.Count);
        }
        catch (Exception failure) when (IsTableMissing(failure))
        {
            throw Errors.OutboxTableIsMissing(current.Context.GetType(), failure);
        }
    }

    /// <inheritdoc cref="Save(IList{IUpdateEntry}, List{CollectedEvents})"/>
    public async Task<int> SaveAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        try
        {
            if (Rows.NeedKeys(taken))
            {
                return await SaveWithKeysAsync(entries, taken, cancellationToken).ConfigureAwait(false);
            }

            var all = WithRows(entries, taken);
            return all.Count == 0 ? 0 : await Database.SaveChangesAsync(all, cancellationToken).ConfigureAwait(false) - (all.Count - entries.Count);
        }
        catch (Exception failure) when (IsTableMissing(failure))
        {
            throw Errors.OutboxTableIsMissing(current.Context.GetType(), failure);
        }
    }

    /// <summary>Saves what a save took that had nothing else to save.</summary>
    public void SaveEvents() => current.Context.Database.CreateExecutionStrategy().Execute(() => Save([], sink.Taken));

    /// <inheritdoc cref="SaveEvents"/>
    public Task SaveEventsAsync(CancellationToken cancellationToken) =>
        current.Context.Database.CreateExecutionStrategy().ExecuteAsync(cancelled => SaveAsync([], sink.Taken, cancelled), cancellationToken);

    /// <summary>What needs generated keys can only be written after the rows that get them: in a transaction, if there is none yet.</summary>
    private int SaveWithKeys(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        using var transaction = HasTransaction ? null : current.Context.Database.BeginTransaction();
        var written = entries.Count == 0 ? 0 : Database.SaveChanges(entries);
        if (RowsWithKeysOf(taken) is { Count: > 0 } rows)
        {
            Database.SaveChanges(rows);
        }

        transaction?.Commit();
        return written;
    }

    private async Task<int> SaveWithKeysAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        if (HasTransaction)
        {
            return await SaveInTransactionAsync(entries, taken, cancellationToken).ConfigureAwait(false);
        }

        var transaction = await current.Context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var written = await SaveInTransactionAsync(entries, taken, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return written;
        }
    }

    private async Task<int> SaveInTransactionAsync(IList<IUpdateEntry> entries, List<CollectedEvents> taken, CancellationToken cancellationToken)
    {
        var written = entries.Count == 0 ? 0 : await Database.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false);
        if (RowsWithKeysOf(taken) is { Count: > 0 } rows)
        {
            await Database.SaveChangesAsync(rows, cancellationToken).ConfigureAwait(false);
        }

        return written;
    }

    private bool HasTransaction => current.Context.Database.CurrentTransaction is not null || TransactionOfSave.AmbientOf(current.Context) is not null;

    private IList<IUpdateEntry> WithRows(IList<IUpdateEntry> entries, List<CollectedEvents> taken) =>
        Rows.Of(taken) is { Count: > 0 } rows ? [.. entries, .. rows] : entries;

    private List<IUpdateEntry> RowsWithKeysOf(List<CollectedEvents> taken)
    {
        foreach (var collected in taken)
        {
            DeferredEvents.Make(collected, current.Context, committed: null);
        }

        return Rows.Of(taken);
    }

    private bool IsTableMissing(Exception failure)
    {
        var database = failure as DbException ?? failure.InnerException as DbException;
        return database is not null
            && (database.SqlState == "42P01" || database.Message.Contains("no such table", StringComparison.Ordinal))
            && database.Message.Contains(current.Context.Model.FindEntityType(OutboxTable.Entity)?.GetTableName() ?? OutboxTable.Entity, StringComparison.Ordinal);
    }
}

using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Anywise.Domain;
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

    /// <summary>Saves the changes of the context, and with them the events.</summary>
    /// <returns>What the database wrote of the changes.</returns>
    public int Save(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        try
        {
            if (HasDeferred(taken))
            {
                return SaveWithKeys(entries, taken);
            }

            var all = WithRow(entries, taken);
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
            if (HasDeferred(taken))
            {
                return await SaveWithKeysAsync(entries, taken, cancellationToken).ConfigureAwait(false);
            }

            var all = WithRow(entries, taken);
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

    /// <summary>Events that wait for keys can only be written after the rows that get these keys: in a transaction, if there is none yet.</summary>
    private int SaveWithKeys(IList<IUpdateEntry> entries, List<CollectedEvents> taken)
    {
        using var transaction = HasTransaction ? null : current.Context.Database.BeginTransaction();
        var written = entries.Count == 0 ? 0 : Database.SaveChanges(entries);
        if (RowWithKeysOf(taken) is { } row)
        {
            Database.SaveChanges([row]);
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
        if (RowWithKeysOf(taken) is { } row)
        {
            await Database.SaveChangesAsync([row], cancellationToken).ConfigureAwait(false);
        }

        return written;
    }

    private bool HasTransaction => current.Context.Database.CurrentTransaction is not null || TransactionOfSave.AmbientOf(current.Context) is not null;

    private static bool HasDeferred(List<CollectedEvents> taken) => taken.Exists(static collected => collected.Raised.Exists(static raised => raised.IsDeferred));

    private IList<IUpdateEntry> WithRow(IList<IUpdateEntry> entries, List<CollectedEvents> taken) => RowOf(taken) is { } row ? [.. entries, row] : entries;

    private IUpdateEntry? RowWithKeysOf(List<CollectedEvents> taken)
    {
        foreach (var collected in taken)
        {
            DeferredEvents.Make(collected, current.Context, committed: null);
        }

        return RowOf(taken);
    }

    /// <summary>Null if none of the events has a handler.</summary>
    private IUpdateEntry? RowOf(List<CollectedEvents> taken)
    {
        sink.Stored = null;
        var outbox = route.Outbox!;
        var events = CollectedEvents.InOrder(taken).FindAll(one => outbox.HasHandlers(one.Raised.EventType));
        if (events.Count == 0)
        {
            return null;
        }

        var caused = route.CurrentMessage;
        var payload = new OutboxPayload(
            events.ConvertAll(one => Stored(one.Raised, one.Aggregate, outbox)), caused?.CorrelationId, caused?.Id, Activity.Current?.Id);
        var id = events[0].Raised.Id; // the same when the save is tried again, so that nothing is ever written twice
        var row = current.Context.GetService<IUpdateAdapterFactory>().CreateStandalone().CreateEntry(
            new Dictionary<string, object?>
            {
                [OutboxTable.Id] = id,
                [OutboxTable.Attempt] = 0,
                [OutboxTable.Payload] = payload.ToJson(),
                [OutboxTable.Dead] = 0,
            },
            current.Context.Model.FindEntityType(OutboxTable.Entity) ?? throw Errors.OutboxIsNotInModel(current.Context.GetType()));
        row.EntityState = EntityState.Added;
        sink.Stored = new OutboxLease(id, attempt: 0, events.ConvertAll(RaisedEvent? (one) => one.Raised), outbox.Time.GetTimestamp());
        return row;
    }

    private StoredEvent Stored(RaisedEvent raised, object? aggregate, ContextOutbox outbox)
    {
        try
        {
            var type = raised.Event.GetType();
            return new StoredEvent(
                outbox.Names.OfEvent(type), raised.Id, raised.RaisedAt, aggregate is null ? null : route.NameOf(aggregate),
                JsonSerializer.SerializeToElement(raised.Event, outbox.Options.Json.GetTypeInfo(type)));
        }
        catch (Exception failure) when (failure is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw Errors.EventCannotBeStored(raised.EventType, failure);
        }
    }

    private bool IsTableMissing(Exception failure)
    {
        var database = failure as DbException ?? failure.InnerException as DbException;
        return database is not null
            && (database.SqlState == "42P01" || database.Message.Contains("no such table", StringComparison.Ordinal))
            && database.Message.Contains(current.Context.Model.FindEntityType(OutboxTable.Entity)?.GetTableName() ?? OutboxTable.Entity, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using System.Text.Json;
using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Outbox;

/// <summary>The outbox of all contexts of one type on one database, in this process. Thread-safe.</summary>
internal sealed class ContextOutbox : IDisposable
{
    private readonly HandlerRegistry _handlers;
    private readonly Delivery _delivery;
    private readonly OutboxCompletions? _completions;

    public ContextOutbox(OutboxDatabase database, HandlerRegistry handlers, Delivery delivery, DeliveryReports reports, TimeProvider time)
    {
        (Database, _handlers, _delivery, Reports, Time) = (database, handlers, delivery, reports, time);
        Store = new OutboxStore(database);
        Leases = new OutboxLeases(Store, time, Options.Lease, Report, renews: !database.IsShared);
        Deliveries = new OutboxDeliveries(Options.MaxConcurrency, reports.DeliveryFailed);
        Alarm = new OutboxAlarm(Options.Signal is { } signal && !database.IsShared ? new OutboxSignals(signal, database, time, Report) : null);
        _completions = database.IsShared ? null : new OutboxCompletions(Store, Report);
    }

    public OutboxDatabase Database { get; }

    public OutboxOptions Options => Database.Options;

    public string ContextName => Database.ContextType.ReadableName();

    public required OutboxNames Names { get; init; }

    public TimeProvider Time { get; }

    public OutboxStore Store { get; }

    public OutboxLeases Leases { get; }

    /// <summary>What nobody waits for.</summary>
    public OutboxDeliveries Deliveries { get; }

    /// <summary>Tells the relay that something will be due earlier than it knows.</summary>
    public OutboxAlarm Alarm { get; }

    public DeliveryReports Reports { get; }

    public bool HasHandlers(Type eventType) => _handlers.RouteOf(eventType).Handlers.Length > 0;

    public EventInvoker[] HandlersOf(RaisedEvent raised) => _handlers.RouteOf(raised.Event.GetType()).Handlers;

    /// <summary>Takes committed events over, so that the saver goes on at once; false if the saver is to deliver them.</summary>
    public bool TryTake(SavedEvents[] saves)
    {
        if (Options.Delivery != OutboxDelivery.Background || Database.IsShared)
        {
            return false; // a connection that is shared with savers cannot be used beside them
        }

        if (Activity.Current is { } activity)
        {
            Array.ForEach(saves, saved => saved.Origin = activity.Context);
        }

        return Deliveries.TryTake(() => Cascade.DeliverNowAsync(saves));
    }

    /// <summary>Takes a row that was just saved, unless there are earlier ones of its aggregate: then a relay takes it when these are done.</summary>
    public async ValueTask TakeInTurnAsync(OutboxLease lease)
    {
        var now = Time.GetTimestamp();
        if (await Store.TakeInTurnAsync(lease).ConfigureAwait(false))
        {
            lease.TakenAnew(now);
        }
        else
        {
            lease.IsOver = true;
            Alarm.Ring();
        }
    }

    /// <summary>A row is gone. The next of its aggregate may have been waiting for that.</summary>
    public void LetNextInTurnGo()
    {
        if (Options.PreservesOrder)
        {
            Alarm.Ring();
        }
    }

    /// <summary>
    /// All handlers have succeeded, so that the row can go: together with others, unless the connection is shared with those who use the context, or
    /// others wait for it.
    /// </summary>
    public async ValueTask CompleteAsync(OutboxLease lease)
    {
        if (_completions is null || Options.PreservesOrder)
        {
            await Store.DeleteAsync([lease.Id], lease.Attempt).ConfigureAwait(false);
            LetNextInTurnGo();
            return;
        }

        _completions.Add(lease);
    }

    /// <summary>Some handlers have not succeeded.</summary>
    public async ValueTask ReleaseAsync(OutboxLease lease)
    {
        var (remaining, wait) = lease.Release();
        await Store.ReleaseAsync(lease, remaining, wait).ConfigureAwait(false);
        if (wait is not null)
        {
            Alarm.Ring();
        }
    }

    /// <summary>Takes rows that are due and in nobody's hands. They stay this process's until they are delivered, however long they wait for their turn.</summary>
    /// <inheritdoc cref="OutboxStore.ClaimAsync"/>
    public async Task<OutboxClaim> ClaimAsync(int max, long from, CancellationToken cancellationToken)
    {
        var since = Time.GetTimestamp(); // before the claim, so that no lease is thought to be younger than it is
        var rows = await Store.ClaimAsync(max, from, cancellationToken).ConfigureAwait(false);
        var claimed = rows.ConvertAll(row => new ClaimedRow(row, new OutboxLease(row.Id, row.Attempt, events: [], since) { KeepsOrder = Options.PreservesOrder }));
        claimed.ForEach(row => Leases.Hold(row.Lease));
        return new OutboxClaim(claimed, rows.Count == 0 ? from : rows.Max(row => row.WasDueAt));
    }

    /// <summary>Delivers what was claimed. If that fails, it is tried again when its lease has ended.</summary>
    public async ValueTask DeliverAsync(ClaimedRow claimed)
    {
        try
        {
            await Cascade.DeliverAsync(BatchOf(claimed)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Report(failure);
        }
        finally
        {
            Leases.LetGo(claimed.Lease);
        }
    }

    /// <summary>Gives back what was claimed and not begun, so that another process need not wait until the lease has ended. Never throws.</summary>
    public async ValueTask GiveBackAsync(ClaimedRow claimed)
    {
        var stored = BatchOf(claimed).Stored;
        if (await stored.BeginAsync().ConfigureAwait(false))
        {
            await stored.FinishAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What a row says, ready to be delivered under the lease that the row was taken with.</summary>
    public StoredBatch BatchOf(ClaimedRow claimed)
    {
        var (row, lease) = claimed;
        var payload = row.ReadPayload();
        List<RaisedEvent?> events = [.. payload.Events.Select(Read)];
        lease.Events = events;
        var delivery = new StoredDelivery(this, lease, AfterCrashes(row, row.ReadProgress(events.Count), events.Count));
        return new StoredBatch(payload, delivery, _delivery);
    }

    /// <summary>Takes over nothing more, and returns when what is under way is done and written.</summary>
    public async Task StopAsync()
    {
        await Deliveries.StopAsync().ConfigureAwait(false);
        await (_completions?.FlushAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    public void Dispose()
    {
        Leases.Dispose();
        _completions?.Dispose();
    }

    private void Report(Exception failure) => Reports.OutboxFailed(ContextName, failure);

    private RaisedEvent? Read(StoredEvent stored)
    {
        try
        {
            return Names.FindEvent(stored.Type) is { } type && stored.Data.Deserialize(Options.Json.GetTypeInfo(type)) is IMessage message
                ? new RaisedEvent(message, stored.Id, stored.RaisedAt)
                : null;
        }
        catch (Exception failure) // of any kind: it may come from the constructor of the event
        {
            Report(failure);
            return null;
        }
    }

    /// <summary>
    /// Something in a row may be what ends the process that delivers it. A row that an earlier process took, and wrote nothing of, says from now on
    /// when it is begun: most of them were only taken together with the one.
    /// </summary>
    private OutboxProgress? AfterCrashes(OutboxRow row, OutboxProgress? progress, int events)
    {
        if (row.Attempt - (progress?.Attempt ?? 0) <= 1 && progress is not { Begun: > 0 })
        {
            return progress;
        }

        const string Error = "The process ended, or lost its lease, while the event was being handled, as often as a handler may fail.";
        progress ??= OutboxProgress.Untouched(row.Attempt, events);
        return progress.Begun < Options.MaxAttempts ? progress with { Attempt = row.Attempt, Begun = progress.Begun + 1 } : progress.Dead(Error);
    }
}

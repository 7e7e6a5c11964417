using System.Diagnostics;
using System.Text.Json;
using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// Makes rows of the events of a save: one of all that is to be delivered at once, or one for each aggregate and each enqueued message if the order is
/// preserved; and one of each message that is enqueued for later.
/// </summary>
internal sealed class OutboxRows(DbContext context, ContextOutbox outbox, DeliveryRoute route, ContextEventSink sink)
{
    private readonly AggregateStreams _streams = new(context);

    /// <summary>The outbox whose rows they are.</summary>
    public ContextOutbox Outbox { get; } = outbox;

    /// <summary>The rows cannot be made before the database has generated keys.</summary>
    public bool NeedKeys(List<CollectedEvents> taken) => taken.Exists(collected =>
        collected.Raised.Exists(static raised => raised.IsDeferred)
        || (Outbox.Options.PreservesOrder && _streams.WaitsForKey(collected.Source.Aggregate!)));

    /// <summary>None if none of the events has a handler.</summary>
    public List<IReadOnlyModificationCommand> Of(List<CollectedEvents> taken)
    {
        sink.Stored = null;
        var events = CollectedEvents.InOrder(taken).Where(one => Outbox.HasHandlers(one.Raised.EventType)).ToList();
        if (events.Count == 0)
        {
            return [];
        }

        var (rows, leases) = (new List<IReadOnlyModificationCommand>(1), new List<OutboxLease>(1));
        var now = events.FindAll(static one => AtOf(one.Raised) is null);
        foreach (var (stream, ofStream) in Divided(now))
        {
            rows.Add(RowOf(rows.Count, ofStream, stream, dueAt: null));
            leases.Add(new OutboxLease(ofStream[0].Raised.Id, attempt: 0, ofStream.ConvertAll(RaisedEvent? (one) => one.Raised), Outbox.Time.GetTimestamp())
            {
                WaitsForTurn = stream is not null,
                KeepsOrder = stream is not null,
            });
        }

        foreach (var later in events.Where(static one => AtOf(one.Raised) is not null))
        {
            rows.Add(RowOf(rows.Count, [later], stream: null, AtOf(later.Raised)));
        }

        sink.Stored = new WrittenRows(leases, HasLater: events.Count > now.Count);
        return rows;
    }

    private static DateTimeOffset? AtOf(RaisedEvent raised) => (raised as EnqueuedMessage)?.At;

    private IEnumerable<(string? Stream, List<(RaisedEvent Raised, object? Aggregate)> Events)> Divided(List<(RaisedEvent Raised, object? Aggregate)> events) =>
        events.Count == 0 ? []
        : !Outbox.Options.PreservesOrder ? [(null, events)]
        : events.GroupBy(one => _streams.Of(one.Aggregate!) ?? (object)one.Raised).Select(ofOne => (ofOne.Key as string, ofOne.ToList()));

    private IReadOnlyModificationCommand RowOf(int number, List<(RaisedEvent Raised, object? Aggregate)> events, string? stream, DateTimeOffset? dueAt)
    {
        var row = new OutboxInsert(context, number);
        row.Set(OutboxTable.Id, events[0].Raised.Id); // the same when the save is tried again, so that nothing is ever written twice
        row.Set(OutboxTable.Payload, PayloadOf(events));
        if (dueAt is { } time)
        {
            row.Set(OutboxTable.DueAt, Math.Max(time.ToUnixTimeMilliseconds(), 0)); // a relay claims from there
            row.Set(OutboxTable.Attempt, 1); // it is nobody's
            row.Set(OutboxTable.Progress, OutboxProgress.Untouched(attempt: 1, events.Count).ToJson());
        }

        if (stream is not null)
        {
            row.Set(OutboxTable.Stream, stream);
        }

        return row.Command;
    }

    private string PayloadOf(List<(RaisedEvent Raised, object? Aggregate)> events)
    {
        using var payload = new OutboxPayloadWriter();
        foreach (var (raised, aggregate) in events)
        {
            try
            {
                payload.Add(raised, Outbox.Names.OfEvent(raised.Event.GetType()), aggregate is null ? null : route.NameOf(aggregate), Outbox.Options.Json);
            }
            catch (Exception failure) when (failure is NotSupportedException or JsonException or InvalidOperationException)
            {
                throw Errors.EventCannotBeStored(raised.Event.GetType(), failure);
            }
        }

        var caused = route.CurrentMessage;
        return payload.Finish(caused?.CorrelationId, caused?.Id, Activity.Current?.Id);
    }
}

using System.Collections.Concurrent;
using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Outbox;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Delivering;

/// <summary>What does not reach a handler is said and counted, never silent.</summary>
internal sealed class DeliveryReports(AnywiseBuilder options, ILogger<Delivery> logger)
{
    private readonly ConcurrentDictionary<(string About, string What), bool> _told = new();

    /// <summary>The handler is not called again for this event.</summary>
    public void HandlerFailed(CascadeStep step, EventInvoker handler, Traced activity, Exception failure) => Safely(() =>
    {
        failure = failure.Readable();
        activity.Failed(failure);
        Telemetry.HandlerFailed(step, handler);
        Log.HandlerFailed(logger, failure, handler.HandlerType.ReadableName(), step.EventName, step.Raised.Id, step.Raised.RaisedAt, step.AggregateName);
    });

    /// <summary>The handler is called again later, unless it is dead.</summary>
    public void StoredHandlerFailed(CascadeStep step, EventInvoker handler, Traced activity, Exception failure, RemainingHandler remaining) => Safely(() =>
    {
        activity.Failed(failure);
        Telemetry.HandlerFailed(step, handler);
        if (remaining.IsDead)
        {
            Log.HandlerIsDead(logger, failure, handler.HandlerType.ReadableName(), step.EventName, step.Raised.Id, step.AggregateName, remaining.Attempts);
        }
        else
        {
            Log.HandlerIsRetried(logger, failure, handler.HandlerType.ReadableName(), step.EventName, step.Raised.Id, step.AggregateName, remaining.Attempts);
        }
    });

    /// <summary>The table of an outbox could not be read or written; what is in it stays there.</summary>
    public void OutboxFailed(string context, Exception failure) => Safely(() => Log.OutboxFailed(logger, failure.Readable(), context));

    /// <summary>A last resort: whatever has failed, it was no handler.</summary>
    public void DeliveryFailed(Exception failure) => Safely(() => Log.DeliveryFailed(logger, failure.Readable()));

    /// <summary>Nothing may happen on the one connection of the contexts beside them. Told once for each type of context.</summary>
    public void OutboxHasNoRelay(string context) => Once(context, nameof(OutboxHasNoRelay), () => Log.OutboxHasNoRelay(logger, context));

    /// <summary>Told once for each handler: it is called at least once, not exactly once.</summary>
    public void HandlerHasOwnTransaction(string handler) => Once(handler, nameof(HandlerHasOwnTransaction), () => Log.HandlerHasOwnTransaction(logger, handler));

    /// <summary>Handlers cause each other for ever.</summary>
    public void CascadeIsTooDeep(CascadeStep step) => Safely(() =>
    {
        Telemetry.EventLost(step.Raised.EventType);
        Log.CascadeIsTooDeep(logger, step.EventName, step.Raised.Id, step.AggregateName, options.MaxCascadeDepth, step.Chain);
    });

    /// <summary>These events are not delivered, because nobody can say whether their save was committed.</summary>
    public void OutcomeIsUnknown(SavedEvents saved) => Safely(() =>
    {
        if (saved.Stored is not null)
        {
            return; // the table knows
        }

        foreach (var (raised, aggregate) in saved.InOrder())
        {
            Telemetry.EventLost(raised.EventType);
            Log.OutcomeIsUnknown(logger, raised.EventType.ReadableName(), raised.Id, saved.NameOf(aggregate));
        }
    });

    /// <summary>These events are not delivered, because an interceptor let a save succeed that did not write all rows.</summary>
    public void ConflictWasSuppressed(IEnumerable<RaisedEvent> events, string aggregate) => Safely(() =>
    {
        foreach (var raised in events)
        {
            Telemetry.EventLost(raised.EventType);
            Log.ConflictWasSuppressed(logger, raised.EventType.ReadableName(), raised.Id, aggregate);
        }
    });

    /// <summary>An aggregate left its context with these unsaved events.</summary>
    /// <exception cref="InvalidOperationException">The application wants to be told this way.</exception>
    public void EventsAreLost(IEnumerable<Type> events, string aggregate)
    {
        var names = string.Join(", ", events.Select(lost => lost.ReadableName()));
        Log.EventsAreLost(logger, aggregate, names);
        foreach (var lost in events)
        {
            Telemetry.EventLost(lost);
        }

        if (options.ThrowOnLostEvents)
        {
            throw Errors.EventsAreLost(aggregate, names);
        }
    }

    /// <summary>No context tracks this aggregate, so that no save will find the event.</summary>
    /// <exception cref="InvalidOperationException">The application wants to be told this way.</exception>
    public void RaisedUntracked(Type raised, string aggregate)
    {
        Log.RaisedUntracked(logger, raised.ReadableName(), aggregate);
        Telemetry.EventLost(raised);
        if (options.ThrowOnLostEvents)
        {
            throw Errors.RaisedUntracked(raised.ReadableName(), aggregate);
        }
    }

    /// <summary>The factory of this event failed when its save was committed already.</summary>
    public void EventIsNotMade(RaisedEvent raised, Exception failure, string aggregate) => Safely(() =>
    {
        Telemetry.EventLost(raised.EventType);
        Log.EventIsNotMade(logger, failure, raised.EventType.ReadableName(), raised.Id, aggregate);
    });

    private void Once(string about, string what, Action report)
    {
        if (_told.TryAdd((about, what), true))
        {
            Safely(report);
        }
    }

    /// <summary>A logger, a listener or the text of a key may fail; after the commit that must not reach the saver either.</summary>
    private static void Safely(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
        }
    }
}

using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Delivering;

/// <summary>
/// Hands an event to each of its handlers, in order, each in a scope of its own. Never throws: the change that the handlers
/// react to is committed, and nobody is there to blame.
/// </summary>
internal sealed class Delivery(
    AnywiseBuilder options, HandlerRegistry handlers, IServiceScopeFactory scopes, ILogger<Delivery> logger, IHostApplicationLifetime? host = null)
{
    /// <summary>Cancelled when the host stops, if there is a host.</summary>
    public CancellationToken Stopping { get; } = host?.ApplicationStopping ?? CancellationToken.None;

    public async ValueTask DeliverAsync(CascadeStep step)
    {
        if (step.Batch.Depth >= options.MaxCascadeDepth)
        {
            Log.CascadeIsTooDeep(logger, step.EventName, step.Raised.Id, step.AggregateName, options.MaxCascadeDepth, step.Chain);
            Telemetry.EventLost(step.Raised.EventType);
            return;
        }

        using var activity = Telemetry.StartEvent(step);
        foreach (var handler in handlers.AfterCommit.Of(step.Raised.Event.GetType()))
        {
            await HandleAsync(step, handler).ConfigureAwait(false);
        }
    }

    /// <summary>These events are not delivered, because nobody can say whether their save was committed.</summary>
    public void ReportUnknownOutcome(SavedEvents saved)
    {
        foreach (var (raised, aggregate) in saved.InOrder())
        {
            Log.OutcomeIsUnknown(logger, raised.EventType.Name, raised.Id, saved.NameOf(aggregate));
            Telemetry.EventLost(raised.EventType);
        }
    }

    /// <summary>An aggregate left its context with these unsaved events.</summary>
    /// <exception cref="InvalidOperationException">The application wants to be told this way.</exception>
    public void ReportLost(IEnumerable<Type> events, string aggregate)
    {
        var names = string.Join(", ", events.Select(lost => lost.Name));
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
    public void ReportRaisedUntracked(Type raised, string aggregate)
    {
        Log.RaisedUntracked(logger, raised.Name, aggregate);
        Telemetry.EventLost(raised);
        if (options.ThrowOnLostEvents)
        {
            throw Errors.RaisedUntracked(raised.Name, aggregate);
        }
    }

    /// <summary>The factory of this event failed when its save was committed already.</summary>
    public void ReportNotMade(RaisedEvent raised, Exception failure, string aggregate)
    {
        Log.EventIsNotMade(logger, failure, raised.EventType.Name, raised.Id, aggregate);
        Telemetry.EventLost(raised.EventType);
    }

    private async ValueTask HandleAsync(CascadeStep step, EventInvoker handler)
    {
        using var activity = Telemetry.StartHandler(handler);
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                await handler.InvokeAsync(scope.ServiceProvider, step.Raised.Event, step.Batch.CancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            Log.HandlerFailed(logger, failure, handler.HandlerType.Name, step.EventName, step.Raised.Id, step.Raised.RaisedAt, step.AggregateName);
            Telemetry.HandlerFailed(step, handler, activity, failure);
        }
    }
}

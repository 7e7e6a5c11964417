using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>Runs the before-commit handlers of one context inside its saves, until no new event appears.</summary>
internal sealed class BeforeCommit(ContextEventSink sink, DeliveryRoute route)
{
    private readonly HashSet<RaisedEvent> _handled = [];
    private bool _isRunning;

    /// <summary>A context without such handlers pays nothing for this.</summary>
    public bool HasHandlers => route.BeforeCommitHandlers is { HasAny: true };

    /// <summary>The handlers of a synchronous save: each has to be complete when it returns.</summary>
    public void Run(DbContext context) =>
        Blocking.Run((this, context), static save => save.Item1.RunAsync(save.context, mustBeSynchronous: true, CancellationToken.None));

    /// <exception cref="InvalidOperationException">The handlers cause events for ever, or a handler saves.</exception>
    public async ValueTask RunAsync(DbContext context, bool mustBeSynchronous, CancellationToken cancellationToken)
    {
        if (_isRunning)
        {
            throw Errors.SaveInBeforeCommitHandler(context.GetType());
        }

        _isRunning = true;
        _handled.Clear();
        try
        {
            using var unitOfWork = new SavingUnitOfWork(context);
            var handlers = route.BeforeCommitHandlers!;
            for (var round = 0; NewEvents(context) is { Count: > 0 } events; round++)
            {
                if (round == handlers.MaxRounds)
                {
                    throw Errors.BeforeCommitHandlersDoNotEnd(round, events.Select(raised => raised.EventType.ReadableName()).Distinct());
                }

                var saver = route.CurrentMessage;
                foreach (var raised in events)
                {
                    await handlers.HandleAsync((IDomainEvent)raised.Event, unitOfWork, saver, mustBeSynchronous, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>An event that comes after the handlers have run was not handled, and must not be committed as if it were.</summary>
    /// <exception cref="InvalidOperationException">There is such an event, and it has a before-commit handler.</exception>
    public void RefuseLateEvents()
    {
        var late = HasHandlers
            ? sink.Collected.FirstOrDefault(raised => IsFromAggregate(raised) && !_handled.Contains(raised) && route.BeforeCommitHandlers!.HasAnyOf(raised.EventType))
            : null;
        if (late is not null)
        {
            throw Errors.RaisedAfterBeforeCommitHandlers(late.EventType);
        }
    }

    private List<RaisedEvent> NewEvents(DbContext context)
    {
        if (context.ChangeTracker.AutoDetectChangesEnabled)
        {
            context.ChangeTracker.DetectChanges(); // finds aggregates that are only reached by a navigation
        }

        var events = sink.Pending.Where(raised => IsFromAggregate(raised) && _handled.Add(raised)).ToList();
        events.Sort(static (one, other) => one.Sequence.CompareTo(other.Sequence));
        return events;
    }

    /// <summary>Whether it can have such handlers: neither those that wait for keys nor those that the application enqueues do.</summary>
    private static bool IsFromAggregate(RaisedEvent raised) => !raised.IsDeferred && raised is not EnqueuedMessage;
}

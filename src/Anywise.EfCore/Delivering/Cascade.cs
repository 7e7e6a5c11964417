using Anywise.Domain;
using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Delivering;

/// <summary>
/// A queue of events and the loop that delivers them, first in, first out. What handlers save joins the queue, so that a
/// cascade is no recursion through user code.
/// </summary>
internal sealed class Cascade
{
    /// <summary>The event that is being delivered where this code runs: how a save finds out that it is made by a handler.</summary>
    private static readonly AsyncLocal<CascadeStep?> Current = new();

    private readonly Queue<CascadeStep> _steps = new();
    private bool _isOver;

    /// <summary>Delivers committed events: at once and to the end, or, when a handler saved them, after the events that are in the queue.</summary>
    public static ValueTask DeliverAsync(IReadOnlyList<SavedEvents> saves)
    {
        if (saves.Count == 0)
        {
            return default;
        }

        var cause = Current.Value;
        if (cause is not null && cause.Cascade.TryAdd(saves, cause))
        {
            return default;
        }

        var cascade = new Cascade();
        cascade.TryAdd(saves, cause: null);
        return cascade.RunAsync();
    }

    /// <summary>Delivers an event that no save stands behind, at once and to the end.</summary>
    public static ValueTask PublishAsync(IEvent @event, Delivery delivery, CancellationToken cancellationToken)
    {
        var cascade = new Cascade();
        cascade._steps.Enqueue(
            new CascadeStep(cascade, delivery, new RaisedEvent(@event), cause: Current.Value) { CancellationToken = cancellationToken });
        return cascade.RunAsync();
    }

    private async ValueTask RunAsync()
    {
        while (TryTake() is { } step)
        {
            Current.Value = step; // ends with this method, as every AsyncLocal that an async method sets
            await step.Delivery.DeliverAsync(step).ConfigureAwait(false);
        }
    }

    /// <summary>False if the loop has ended: the save was made by something that a handler started and did not await.</summary>
    private bool TryAdd(IReadOnlyList<SavedEvents> saves, CascadeStep? cause)
    {
        lock (_steps)
        {
            if (_isOver)
            {
                return false;
            }

            foreach (var saved in saves)
            {
                foreach (var (raised, aggregate) in saved.InOrder())
                {
                    _steps.Enqueue(new CascadeStep(this, saved.Delivery, raised, cause)
                    {
                        Aggregate = aggregate,
                        CancellationToken = saved.Delivery.Stopping,
                    });
                }
            }

            return true;
        }
    }

    private CascadeStep? TryTake()
    {
        lock (_steps)
        {
            _isOver = !_steps.TryDequeue(out var step);
            return step;
        }
    }
}

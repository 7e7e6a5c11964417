using System.Runtime.ExceptionServices;
using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>A queue of events and the loop that hands them to their handlers, first in, first out: what handlers commit joins it.</summary>
internal sealed class EventQueue(HandlerInstances handlers, List<IEvent> published, CancellationToken cancellationToken)
{
    public const int MaxDepth = 32; // as in an application that says nothing else

    private readonly Queue<QueuedEvent> _events = new();
    private readonly List<Exception> _failures = [];
    private QueuedEvent? _handling;

    public void Add(IEnumerable<IEvent> events)
    {
        foreach (var @event in events)
        {
            _events.Enqueue(new QueuedEvent(@event, Cause: _handling));
        }
    }

    /// <exception cref="InvalidOperationException">One of the handlers failed; all of them have run.</exception>
    /// <exception cref="AggregateException">Several did.</exception>
    public async ValueTask RunAsync()
    {
        while (_events.TryDequeue(out _handling))
        {
            await HandleAsync(_handling).ConfigureAwait(false);
        }

        if (_failures.Count > 1)
        {
            throw new AggregateException(_failures);
        }

        _failures.ForEach(ExceptionDispatchInfo.Throw);
    }

    private async ValueTask HandleAsync(QueuedEvent queued)
    {
        if (queued.Depth >= MaxDepth)
        {
            _failures.Add(Errors.CascadeIsTooDeep(MaxDepth, queued.Chain));
            return;
        }

        published.Add(queued.Event);
        foreach (var handler in handlers.HandlersOf(queued.Event))
        {
            try
            {
                await handler.InvokeAsync([], handlers, queued.Event, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                _failures.Add(Errors.HandlerFailed(handler.HandlerType, queued.Event, failure));
            }
        }
    }

    private sealed record QueuedEvent(IEvent Event, QueuedEvent? Cause)
    {
        public int Depth { get; } = Cause is null ? 0 : Cause.Depth + 1;

        public string Chain => Cause is null ? Event.GetType().ReadableName() : $"{Cause.Chain} → {Event.GetType().ReadableName()}";
    }
}

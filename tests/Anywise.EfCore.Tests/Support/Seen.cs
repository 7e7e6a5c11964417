using Anywise.Domain;

namespace Anywise.EfCore.Tests.Support;

/// <summary>Records what handlers saw, in order, and lets a test put its own code into a handler.</summary>
public sealed class Seen
{
    private readonly List<IEvent> _events = [];

    public Func<IEvent, IServiceProvider, CancellationToken, ValueTask> WhenHandled { get; set; } = static (_, _, _) => default;

    public Action Added { get; set; } = static () => { };

    public IReadOnlyList<IEvent> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public void Clear()
    {
        lock (_events)
        {
            _events.Clear();
        }
    }

    public void Add(IEvent @event)
    {
        lock (_events)
        {
            _events.Add(@event);
        }

        Added();
    }
}

/// <summary>Handles every event.</summary>
public sealed class SeeingHandler(Seen seen, IServiceProvider services) : IEventHandler<IEvent>
{
    public ValueTask HandleAsync(IEvent @event, CancellationToken cancellationToken)
    {
        seen.Add(@event);
        return seen.WhenHandled(@event, services, cancellationToken);
    }
}

using Anywise.Domain;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// One row that this process has taken, or has just saved, and what is left to do for it. It is told what handlers did, and answers what to write.
/// </summary>
/// <param name="id">The row.</param>
/// <param name="attempt">Fences this lease off from later ones: what it writes counts only while the row still has this number.</param>
/// <param name="events">The events of the save in order; null for one whose type this process does not know.</param>
/// <param name="since">When the lease began, by the clock of this process.</param>
/// <remarks>Thread-safe: handlers may run side by side.</remarks>
internal sealed class OutboxLease(Guid id, int attempt, IReadOnlyList<RaisedEvent?> events, long since)
{
    private readonly Lock _lock = new();
    private List<RemainingHandler> _remaining = [];
    private HashSet<RaisedEvent>? _dropped;
    private volatile bool _isOver;

    public Guid Id { get; } = id;

    public int Attempt { get; private set; } = attempt;

    /// <summary>The commits of its handlers, one at a time: each says what is left to do by then.</summary>
    public OneAtATime Writing { get; } = new();

    /// <summary>The row may have to wait for earlier ones of the same aggregate.</summary>
    public bool WaitsForTurn { get; init; }

    /// <summary>An event waits until all handlers of the earlier ones have succeeded.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>Of a row that was claimed none until it is read.</summary>
    public IReadOnlyList<RaisedEvent?> Events { get; set; } = events;

    /// <summary>When the lease began or was last renewed, by the clock of this process.</summary>
    public long Since { get; set; } = since;

    /// <summary>Another process has taken the row, or the last handler has deleted it in its own transaction.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }

    /// <summary>What has not succeeded.</summary>
    public IReadOnlyList<RemainingHandler> Remaining
    {
        get
        {
            lock (_lock)
            {
                return [.. _remaining];
            }
        }
    }

    /// <summary>The save has written this event, but did not do what it says, so that nobody is told of it. Not after <see cref="Begin"/>.</summary>
    public void Drop(RaisedEvent raised) => (_dropped ??= []).Add(raised);

    /// <summary>The delivery begins.</summary>
    /// <param name="stored">What remained when the row was last written; null if that is all handlers.</param>
    /// <param name="handlersOf">The durable names of the handlers of an event.</param>
    public void Begin(IReadOnlyList<RemainingHandler>? stored, Func<RaisedEvent, IEnumerable<string>> handlersOf)
    {
        var remaining = stored ?? OutboxProgress.Untouched(Attempt, Events.Count).Remaining;
        lock (_lock)
        {
            _remaining = [.. remaining.SelectMany(one => Known(one, handlersOf))];
            _remaining.RemoveAll(one => Events[one.Event] is { } raised && _dropped?.Contains(raised) == true);
        }
    }

    public bool IsDue(RaisedEvent raised, string handler)
    {
        lock (_lock)
        {
            return !IsOver && _remaining.Exists(one => one.Wait is null && Is(one, raised, handler) && IsNext(one));
        }
    }

    /// <summary>What remains if this handler succeeds.</summary>
    public IReadOnlyList<RemainingHandler> RemainingWithout(RaisedEvent raised, string handler)
    {
        lock (_lock)
        {
            return _remaining.FindAll(one => !Is(one, raised, handler));
        }
    }

    public void Succeeded(RaisedEvent raised, string handler)
    {
        lock (_lock)
        {
            _remaining.RemoveAll(one => Is(one, raised, handler));
        }
    }

    /// <summary>
    /// A handler has committed that it has succeeded, which took the row anew: who does not hear of the commit cannot overwrite it.
    /// </summary>
    public void Marked(RaisedEvent raised, string handler, long now)
    {
        Succeeded(raised, handler);
        TakenAnew(now);
        IsOver |= Remaining.Count == 0;
    }

    public void TakenAnew(long now) => (Attempt, Since) = (Attempt + 1, now);

    /// <summary>Answers what is known of the handler from now on.</summary>
    public RemainingHandler Failed(RaisedEvent raised, string handler, string error, OutboxOptions options)
    {
        lock (_lock)
        {
            var index = _remaining.FindIndex(one => Is(one, raised, handler));
            var attempts = _remaining[index].Attempts + 1;
            return _remaining[index] = _remaining[index] with
            {
                Attempts = attempts,
                Error = error,
                IsDead = attempts >= options.MaxAttempts,
                Wait = Backoff.After(attempts, options, Random.Shared.NextDouble()),
            };
        }
    }

    /// <summary>
    /// What remains, and when the first of it is due; null if all of it is dead, or behind what is dead. The others wait that much less when the row is
    /// due again.
    /// </summary>
    public (IReadOnlyList<RemainingHandler> Remaining, TimeSpan? Wait) Release()
    {
        lock (_lock)
        {
            var next = _remaining.FindAll(IsNext);
            TimeSpan? wait = next.Count == 0 ? null : next.Min(one => one.Wait ?? TimeSpan.Zero);
            return ([.. _remaining.Select(one => one with { Wait = one.IsDead || one.Wait <= wait ? null : one.Wait - wait })], wait);
        }
    }

    /// <summary>The handlers of this event are not called any more.</summary>
    public void GiveUp(RaisedEvent raised, string error)
    {
        lock (_lock)
        {
            _remaining = _remaining.ConvertAll(one => Events[one.Event] == raised ? one with { Error = error, IsDead = true } : one);
        }
    }

    private IEnumerable<RemainingHandler> Known(RemainingHandler one, Func<RaisedEvent, IEnumerable<string>> handlersOf)
    {
        if (one.IsDead)
        {
            return [one];
        }

        if (Events[one.Event] is not { } raised)
        {
            return [one with { IsDead = true, Error = "This version of the application does not know the type of the event, or cannot read it." }];
        }

        var known = handlersOf(raised).ToList();
        if (one.Handler == RemainingHandler.AllOfEvent && known.Count > 0)
        {
            return known.Select(handler => one with { Handler = handler });
        }

        var name = known.Find(handler => handler == one.Handler || handler == DurableName.Of(one.Handler));
        var unknown = one.Handler == RemainingHandler.AllOfEvent ? "has no handler of the event" : "does not know the handler";
        return [name is not null ? one with { Handler = name } : one with { IsDead = true, Error = $"This version of the application {unknown}." }];
    }

    /// <summary>Not what is dead, or has to wait until that is retried or discarded.</summary>
    private bool IsNext(RemainingHandler one) => !one.IsDead && !(KeepsOrder && _remaining.Exists(earlier => earlier.Event < one.Event));

    private bool Is(RemainingHandler one, RaisedEvent raised, string handler) => one.Handler == handler && Events[one.Event] == raised;
}

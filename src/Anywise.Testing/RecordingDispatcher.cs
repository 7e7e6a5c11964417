using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>
/// A dispatcher that remembers what it was given, answers what a test tells it to, and runs the handlers that it has, without scopes and without a
/// container. As little thread-safe as the services of a scope.
/// </summary>
/// <remarks>
/// A command without handler and answer is only remembered. Events go to their handlers in the order in which they were raised; those that handlers
/// cause, after them. Behaviors do not run, and <see cref="RetryOnConflictAttribute"/> repeats nothing.
/// </remarks>
public sealed class RecordingDispatcher : IDispatcher
{
    private readonly HandlerInstances _handlers = new();
    private readonly Dictionary<Type, Func<IMessage, object?>> _answers = [];
    private readonly List<IMessage> _sent = [];
    private readonly List<IEvent> _published = [];
    private EventQueue? _running;

    /// <summary>The commands and queries that were sent.</summary>
    public IReadOnlyList<IMessage> Sent => _sent;

    /// <summary>The events that were published here, or committed by a <see cref="FakeUnitOfWork"/> of this dispatcher, in the order of their delivery.</summary>
    public IReadOnlyList<IEvent> Published => _published;

    /// <summary>Lets messages go to handlers, as an application that has registered them does.</summary>
    /// <param name="handlers">Of commands, queries or events; one of a class that is here already replaces it.</param>
    /// <exception cref="InvalidOperationException">An object handles nothing, or is the second handler of a command or query.</exception>
    public RecordingDispatcher HandleWith(params IEnumerable<object> handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        foreach (var handler in handlers)
        {
            _handlers.Add(handler);
        }

        return this;
    }

    /// <summary>Answers a command or query in place of a handler.</summary>
    /// <typeparam name="TRequest">The command or query.</typeparam>
    /// <typeparam name="TResult">Its answer.</typeparam>
    /// <param name="answer">The answer: <c>Answer((StockOf query) => 5)</c>.</param>
    public RecordingDispatcher Answer<TRequest, TResult>(Func<TRequest, TResult> answer) where TRequest : IRequest<TResult>
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answers[typeof(TRequest)] = request => answer((TRequest)request);
        return this;
    }

    /// <summary>Lets a command or query fail whenever it is sent.</summary>
    /// <typeparam name="TRequest">The command or query.</typeparam>
    /// <param name="failure">What reaches the sender.</param>
    /// <exception cref="ArgumentException">It is an event, whose publisher never hears of failures.</exception>
    public RecordingDispatcher Fail<TRequest>(Exception failure) where TRequest : IMessage
    {
        ArgumentNullException.ThrowIfNull(failure);
        _answers[typeof(TRequest)] = typeof(TRequest).IsAssignableTo(typeof(IEvent)) ? throw Errors.EventsDoNotFail(typeof(TRequest)) : _ => throw failure;
        return this;
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default) =>
        await SendAsync<Unit>(command, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The request has neither a handler nor an answer, but needs one.</exception>
    public async ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        _sent.Add(request);
        if (_answers.TryGetValue(request.GetType(), out var answer))
        {
            return (TResult)answer(request)!;
        }

        if (_handlers.HandlerOf(request) is { } handler)
        {
            return await handler(cancellationToken).ConfigureAwait(false);
        }

        return typeof(TResult) == typeof(Unit) ? default! : throw Errors.NoAnswer(request.GetType(), typeof(TResult));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A handler failed; all of them have run. An application would only log it.</exception>
    public async ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        cancellationToken.ThrowIfCancellationRequested();
        await RunAsync([@event], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Delivers committed events: at once and to the end, or, when a handler committed them, after the events that wait already.</summary>
    internal async ValueTask DeliverAsync(IReadOnlyCollection<IDomainEvent> events)
    {
        if (_running is not null)
        {
            _running.Add(events);
            return;
        }

        await RunAsync(events, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Runs the before-commit handlers until no new event appears.</summary>
    /// <exception cref="InvalidOperationException">They do not end, or one is for an event that does not exist before the save.</exception>
    internal async ValueTask HandleBeforeCommitAsync(Func<IEnumerable<RaisedEvent>> pending, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
    {
        HashSet<RaisedEvent> handled = [];
        for (var round = 0; pending().Where(handled.Add).ToList() is { Count: > 0 } events; round++)
        {
            if (round == EventQueue.MaxDepth)
            {
                throw EfCore.Errors.BeforeCommitHandlersDoNotEnd(round, events.Select(raised => raised.EventType.ReadableName()).Distinct());
            }

            foreach (var raised in events)
            {
                foreach (var handler in _handlers.BeforeCommitHandlersOf(raised.EventType))
                {
                    var @event = raised.IsDeferred ? throw EfCore.Errors.DeferredEventHasBeforeCommitHandler(raised.EventType) : (IDomainEvent)raised.Event;
                    await handler.InvokeAsync(_handlers, @event, unitOfWork, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask RunAsync(IEnumerable<IEvent> events, CancellationToken cancellationToken)
    {
        var outer = _running;
        _running = new EventQueue(_handlers, _published, cancellationToken);
        try
        {
            _running.Add(events);
            await _running.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            _running = outer;
        }
    }
}

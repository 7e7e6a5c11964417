using Anywise.Domain;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Dispatching;

/// <summary>Takes requests to their handlers in the caller's scope, and events to the delivery.</summary>
/// <remarks>
/// Transient, and knows its scope: what belongs to the scope is in the <see cref="MessageStack"/>, which is not taken out of the container for a
/// handler that could not ask for the message. That would cost more than all the rest of sending.
/// </remarks>
internal sealed class Dispatcher(IServiceProvider services, DispatcherParts parts) : IDispatcher
{
    private readonly HandlerRegistry _handlers = parts.Handlers;
    private readonly CascadeStep? _madeIn = Cascade.Handling; // now, since the cascade goes on, or may be somebody else's later
    private MessageStack? _messages;

    private MessageStack Messages => _messages ??= MessageStack.Of(services, _madeIn);

    public ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default) =>
        SendAsync<Unit>(command, cancellationToken).WithoutUnit();

    public ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default)
    {
        var invoker = (RequestInvoker<TResult>)_handlers.InvokerOf(request);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        if (Telemetry.IsTracing || _handlers.FlowsToContexts || invoker.Attempts > 1)
        {
            return SendWithAllAsync(invoker, request, cancellationToken);
        }

        return invoker.CanAsk(_handlers.Behaviors)
            ? SendWithContext(invoker, request, cancellationToken)
            : invoker.InvokeAsync(_handlers.Behaviors, services, request, cancellationToken);
    }

    public ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var publisher = _handlers.RouteOf(@event.GetType()).CanAsk ? FindMessages() : _messages;
        return Cascade.DeliverAsync(new PublishedBatch(@event, parts.Delivery, publisher, cancellationToken));
    }

    /// <summary>Null if the scope is gone: publishing needs none.</summary>
    private MessageStack? FindMessages()
    {
        try
        {
            return Messages;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>While the handler runs, its message is what the scope is asked for.</summary>
    private ValueTask<TResult> SendWithContext<TResult>(RequestInvoker<TResult> invoker, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        var messages = Messages;
        var entered = messages.Enter();
        var isRunning = false;
        try
        {
            var handling = invoker.InvokeAsync(_handlers.Behaviors, services, request, cancellationToken);
            isRunning = !handling.IsCompleted;
            return isRunning ? LeaveAfterAsync(messages, entered, handling) : handling; // a handler that completes at once costs no state machine
        }
        finally
        {
            if (!isRunning)
            {
                messages.Leave(entered);
            }
        }
    }

    private static async ValueTask<TResult> LeaveAfterAsync<TResult>(MessageStack messages, int entered, ValueTask<TResult> handling)
    {
        try
        {
            return await handling.ConfigureAwait(false);
        }
        finally
        {
            messages.Leave(entered);
        }
    }

    /// <summary>With a trace, with the flow to contexts that do not know their scope, and with as many attempts as it takes.</summary>
    private async ValueTask<TResult> SendWithAllAsync<TResult>(RequestInvoker<TResult> invoker, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartRequest(request);
        var messages = Messages;
        var entered = messages.Enter();
        try
        {
            if (_handlers.FlowsToContexts)
            {
                MessageFlow.Set(messages.Current);
            }

            var handling = invoker.Attempts > 1
                ? parts.Retry.SendAsync(messages.Current, invoker, _handlers, request, services, cancellationToken)
                : invoker.InvokeAsync(_handlers.Behaviors, services, request, cancellationToken);
            return await handling.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            activity.Failed(failure);
            throw;
        }
        finally
        {
            messages.Leave(entered);
        }
    }
}

/// <summary>What the dispatchers of a container share.</summary>
internal sealed record DispatcherParts(HandlerRegistry Handlers, Delivery Delivery, ConflictRetry Retry);

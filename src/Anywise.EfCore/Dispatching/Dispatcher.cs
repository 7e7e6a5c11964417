using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Takes requests to their handlers in the caller's scope, and events to the delivery.</summary>
internal sealed class Dispatcher : IDispatcher
{
    private readonly IServiceProvider _services;
    private readonly HandlerRegistry _handlers;
    private readonly Delivery _delivery;
    private readonly ConflictRetry _retry;
    private MessageStack _messages = new(Cascade.Handling);

    public Dispatcher(IServiceProvider services, HandlerRegistry handlers, Delivery delivery, ConflictRetry retry)
    {
        (_services, _handlers, _delivery, _retry) = (services, handlers, delivery, retry);
        if (handlers.DispatcherIsReplaced)
        {
            services.GetRequiredService<DispatcherBehind>().Ours ??= this;
        }
    }

    /// <summary>The message that is being handled in this scope.</summary>
    public MessageFrame CurrentMessage => _messages.Current;

    /// <summary>The dispatcher of a scope, even where the application has put one of its own in front.</summary>
    public static Dispatcher Of(IServiceProvider scope) =>
        scope.GetRequiredService<IDispatcher>() as Dispatcher
        ?? scope.GetRequiredService<DispatcherBehind>().Ours
        ?? ActivatorUtilities.CreateInstance<Dispatcher>(scope);

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

        var entered = _messages.Enter();
        var isRunning = false;
        try
        {
            var handling = invoker.InvokeAsync(_handlers.Behaviors, _services, request, cancellationToken);
            isRunning = !handling.IsCompleted;
            return isRunning ? LeaveAfterAsync(handling, entered) : handling; // the usual case costs nothing beside the handler, if that completes at once
        }
        finally
        {
            if (!isRunning)
            {
                _messages.Leave(entered);
            }
        }
    }

    public ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : Cascade.DeliverAsync(new PublishedBatch(@event, _delivery, publisher: this, cancellationToken));
    }

    /// <summary>The scope was made for a message that is being handled already.</summary>
    public void Continue(MessageFrame message) => _messages.Continue(message);

    /// <summary>One attempt of a command that may be tried again, in a scope that was made for it.</summary>
    public ValueTask<TResult> SendOnceAsync<TResult>(
        MessageFrame message, RequestInvoker<TResult> invoker, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        Continue(message);
        return invoker.InvokeAsync(_handlers.Behaviors, _services, request, cancellationToken);
    }

    private async ValueTask<TResult> LeaveAfterAsync<TResult>(ValueTask<TResult> handling, int entered)
    {
        try
        {
            return await handling.ConfigureAwait(false);
        }
        finally
        {
            _messages.Leave(entered);
        }
    }

    /// <summary>With a trace, with the flow to contexts that do not know their scope, and with as many attempts as it takes.</summary>
    private async ValueTask<TResult> SendWithAllAsync<TResult>(RequestInvoker<TResult> invoker, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartRequest(request);
        var entered = _messages.Enter();
        try
        {
            if (_handlers.FlowsToContexts)
            {
                MessageFlow.Set(_messages.Current);
            }

            var handling = invoker.Attempts > 1
                ? _retry.SendAsync(_messages.Current, invoker, request, _services, cancellationToken)
                : invoker.InvokeAsync(_handlers.Behaviors, _services, request, cancellationToken);
            return await handling.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Telemetry.Failed(activity, failure);
            throw;
        }
        finally
        {
            _messages.Leave(entered);
        }
    }
}

/// <summary>Remembers our dispatcher of a scope where the application has put one of its own in front, which need not be the one that hands it out.</summary>
internal sealed class DispatcherBehind
{
    public Dispatcher? Ours { get; set; }
}

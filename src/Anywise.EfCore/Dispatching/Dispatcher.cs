using Anywise.Domain;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Dispatching;

/// <summary>Takes requests to their handlers in the caller's scope, and events to the delivery.</summary>
internal sealed class Dispatcher(IServiceProvider services, HandlerRegistry handlers, Delivery delivery) : IDispatcher
{
    public ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default)
    {
        var invoker = (ICommandInvoker)handlers.InvokerOf(command);
        return Telemetry.IsTracing
            ? TraceAsync(command, invoker, cancellationToken)
            : invoker.InvokeAsync(services, command, cancellationToken);
    }

    public ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default)
    {
        var invoker = (RequestInvoker<TResult>)handlers.InvokerOf(request);
        return Telemetry.IsTracing
            ? TraceAsync(request, invoker, cancellationToken)
            : invoker.InvokeAsync(services, request, cancellationToken);
    }

    public ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Cascade.PublishAsync(@event, delivery, cancellationToken);
    }

    private async ValueTask TraceAsync(ICommand command, ICommandInvoker invoker, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartRequest(command);
        try
        {
            await invoker.InvokeAsync(services, command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Telemetry.Failed(activity, failure);
            throw;
        }
    }

    private async ValueTask<TResult> TraceAsync<TResult>(
        IRequest<TResult> request, RequestInvoker<TResult> invoker, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartRequest(request);
        try
        {
            return await invoker.InvokeAsync(services, request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Telemetry.Failed(activity, failure);
            throw;
        }
    }
}

using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Delivering;

/// <summary>
/// Hands an event to each of its handlers, in order or side by side, each in a scope of its own. Never throws: the change that the handlers
/// react to is committed, and nobody is there to blame.
/// </summary>
internal sealed class Delivery(
    AnywiseBuilder options, HandlerRegistry handlers, IServiceProvider services, DeliveryReports reports, IHostApplicationLifetime? host = null)
{
    private readonly IServiceScopeFactory _scopes = services.GetRequiredService<IServiceScopeFactory>();

    /// <summary>Cancelled when the host stops, if there is a host.</summary>
    public CancellationToken Stopping { get; } = host?.ApplicationStopping ?? CancellationToken.None;

    /// <summary>Says what has failed that was no handler.</summary>
    public void Failed(Exception failure) => reports.DeliveryFailed(failure);

    public ValueTask DeliverAsync(CascadeStep step)
    {
        if (step.Batch.Depth >= options.MaxCascadeDepth)
        {
            reports.CascadeIsTooDeep(step);
            step.Batch.Stored?.RowOf(step)?.GiveUp(step, options.MaxCascadeDepth);
            return default;
        }

        var route = handlers.RouteOf(step.Message.GetType());
        return route.Handlers is [var handler] && !Telemetry.IsTracing
            ? HandleAsync(step, handler, route) // the usual case is spared a state machine
            : HandleAllAsync(step, route);
    }

    private async ValueTask HandleAllAsync(CascadeStep step, EventRoute route)
    {
        using var activity = Telemetry.StartEvent(step);
        if (route.IsConcurrent)
        {
            await HandleConcurrentlyAsync(step, route).ConfigureAwait(false);
            return;
        }

        foreach (var handler in route.Handlers)
        {
            await HandleAsync(step, handler, route).ConfigureAwait(false);
        }
    }

    private Task HandleConcurrentlyAsync(CascadeStep step, EventRoute route) => Task.WhenAll(route.Handlers.Select(handler => HandleAsync(step, handler, route).AsTask()));

    private async ValueTask HandleAsync(CascadeStep step, EventInvoker handler, EventRoute route)
    {
        if (step.Batch.Stored?.RowOf(step) is { } row)
        {
            await row.HandleAsync(step, handler, route, _scopes).ConfigureAwait(false);
            return;
        }

        using var activity = Telemetry.StartHandler(handler);
        try
        {
            if (!route.NeedsScope(handler))
            {
                await handler.InvokeAsync([], services, step.Message, step.Batch.CancellationToken).ConfigureAwait(false);
                return;
            }

            var scope = _scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                await handler.InvokeAsync(route.Around, scope.ServiceProvider, step.Message, step.Batch.CancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            reports.HandlerFailed(step, handler, activity, failure);
        }
    }
}

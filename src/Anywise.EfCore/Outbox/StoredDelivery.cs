using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Outbox;

/// <summary>The delivery of one row: calls the handlers that are still due, and writes down what comes of it.</summary>
internal sealed class StoredDelivery(ContextOutbox outbox, OutboxLease lease, OutboxProgress? stored = null) : IStoredRow
{
    public ContextOutbox Outbox { get; } = outbox;

    public OutboxLease Lease { get; } = lease;

    /// <summary>False if another process has the row by now.</summary>
    public async ValueTask<bool> BeginAsync()
    {
        try
        {
            Lease.Begin(stored?.Remaining, raised => Outbox.HandlersOf(raised).Select(handler => Outbox.Names.OfHandler(handler.HandlerType)));
            if (Lease.WaitsForTurn)
            {
                await Outbox.TakeInTurnAsync(Lease).ConfigureAwait(false);
            }

            await Outbox.Leases.HoldAsync(Lease).ConfigureAwait(false);
            if (stored is { Begun: > 0 } && !await Outbox.Store.NoteAsync(Lease, stored).ConfigureAwait(false))
            {
                Lease.IsOver = true;
            }
        }
        catch (Exception failure)
        {
            Outbox.Reports.OutboxFailed(Outbox.ContextName, failure);
            Lease.IsOver = true; // whether it is still this process's is unknown, so that it is repeated when the lease has ended
        }

        if (Lease.IsOver)
        {
            Outbox.Leases.LetGo(Lease);
        }

        return !Lease.IsOver;
    }

    /// <summary>Calls a handler if it is due. What it saves in a context of this outbox is committed together with the note that it has succeeded.</summary>
    public async ValueTask HandleAsync(CascadeStep step, EventInvoker handler, EventRoute route, IServiceScopeFactory scopes)
    {
        var name = Outbox.Names.OfHandler(handler.HandlerType);
        if (!Lease.IsDue(step.Raised, name))
        {
            return;
        }

        using var activity = Telemetry.StartHandler(handler);
        try
        {
            await Outbox.Database.RetryAsync(() => CallAsync(step, handler, name, route, scopes)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Failed(step, handler, activity, failure);
        }
    }

    /// <summary>One attempt, in a scope of its own.</summary>
    private async Task CallAsync(CascadeStep step, EventInvoker handler, string name, EventRoute route, IServiceScopeFactory scopes)
    {
        var hasSucceeded = false;
        try
        {
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var transaction = new HandlerTransaction(this, step.Raised, name, scope.ServiceProvider);
                await using (transaction.ConfigureAwait(false))
                {
                    await handler.InvokeAsync(route.Around, scope.ServiceProvider, step.Message, step.Batch.CancellationToken).ConfigureAwait(false);
                    await transaction.CommitAsync().ConfigureAwait(false);
                    hasSucceeded = true;
                }
            }
        }
        catch (Exception failure) when (hasSucceeded)
        {
            Outbox.Reports.HandlerFailed(step, handler, activity: default, failure); // something that it used could not be disposed of: no reason to call it again
        }
    }

    /// <inheritdoc/>
    public void GiveUp(CascadeStep step, int maxDepth) => Lease.GiveUp(step.Raised, $"More than {maxDepth} events in a row led to it.");

    /// <summary>All handlers that were due have been called. What cannot be written now is repeated when the lease has ended.</summary>
    public async ValueTask FinishAsync()
    {
        Outbox.Leases.LetGo(Lease);
        if (Lease.IsOver)
        {
            Outbox.LetNextInTurnGo();
            return;
        }

        try
        {
            if (Lease.Remaining.Count > 0)
            {
                await Outbox.ReleaseAsync(Lease).ConfigureAwait(false);
            }
            else
            {
                await Outbox.CompleteAsync(Lease).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            Outbox.Reports.OutboxFailed(Outbox.ContextName, failure);
        }
    }

    /// <summary>The handler is called again later, or given up.</summary>
    private void Failed(CascadeStep step, EventInvoker handler, Traced activity, Exception failure)
    {
        if (Lease.IsOver || (failure is OperationCanceledException && step.Batch.CancellationToken.IsCancellationRequested))
        {
            return; // nobody's fault: another process has taken over, or this one stops
        }

        failure = failure.Readable();
        var remaining = Lease.Failed(step.Raised, Outbox.Names.OfHandler(handler.HandlerType), failure.ToString(), Outbox.Options);
        Outbox.Reports.StoredHandlerFailed(step, handler, activity, failure, remaining);
    }
}

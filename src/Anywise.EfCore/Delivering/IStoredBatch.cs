using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Delivering;

/// <summary>A batch that is in an outbox, too, where it is written down what comes of it.</summary>
internal interface IStoredBatch
{
    /// <summary>False if other processes have all of it by now, or are to have it.</summary>
    ValueTask<bool> BeginAsync();

    /// <summary>The row in which an event is; null for one without handlers.</summary>
    IStoredRow? RowOf(CascadeStep step);

    /// <summary>All handlers that were due have been called.</summary>
    ValueTask FinishAsync();

    /// <summary>Something other than a handler has failed: what is not written down is repeated when the lease has ended.</summary>
    void Leave();
}

/// <summary>A row of an outbox that is being delivered.</summary>
internal interface IStoredRow
{
    /// <summary>Calls a handler if it is due.</summary>
    ValueTask HandleAsync(CascadeStep step, EventInvoker handler, EventRoute route, IServiceScopeFactory scopes);

    /// <summary>Handlers cause each other for ever: those of this event are not called any more.</summary>
    void GiveUp(CascadeStep step, int maxDepth);
}

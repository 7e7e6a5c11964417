using System.Transactions;
using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Delivering;

/// <summary>
/// A queue of events and the loop that delivers them, first in, first out. What handlers save joins the queue, so that a
/// cascade is no recursion through user code.
/// </summary>
internal sealed class Cascade
{
    /// <summary>The cascade in one of whose handlers this code runs: how a save finds out that a handler made it.</summary>
    private static readonly AsyncLocal<Cascade?> Running = new();

    /// <summary>The event in whose handler this code runs.</summary>
    public static CascadeStep? Handling => Running.Value?._handling;

    private CascadeQueue _joined; // not read-only: it is no object of its own
    private CascadeStep? _handling;

    /// <summary>Delivers committed events: at once and to the end, or, when a handler saved them, after the events that are in the queue.</summary>
    public static ValueTask DeliverAsync(SavedEvents[] saves) =>
        saves.Length == 0 || Running.Value?.TryAdd(saves) == true
        || Array.Find(saves, static saved => saved.Stored is not null)?.Stored?.Outbox.TryTake(saves) == true
            ? default
            : DeliverNowAsync(saves);

    /// <summary>Delivers committed events to the end, whatever else is being delivered.</summary>
    public static ValueTask DeliverNowAsync(SavedEvents[] saves)
    {
        var cascade = new Cascade();
        if (saves.Length > 1)
        {
            cascade.TryAdd(saves.AsSpan(1));
        }

        return cascade.RunAsync(new SavedBatch(saves[0], cause: null));
    }

    /// <summary>Delivers events that no save of this moment stands behind, at once and to the end.</summary>
    public static ValueTask DeliverAsync(CascadeBatch batch) => new Cascade().RunAsync(batch);

    private async ValueTask RunAsync(CascadeBatch? first)
    {
        Running.Value = this; // ends with this method, as every AsyncLocal that an async method sets
        using var noTransaction = Transaction.Current is null // of somebody else, who may still roll back
            ? null
            : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        for (var batch = first; batch is not null; batch = _joined.TakeOrEnd())
        {
            try
            {
                if (batch.Stored is not null && !await batch.Stored.BeginAsync().ConfigureAwait(false))
                {
                    continue;
                }

                for (var place = 0; place < batch.Count; place++)
                {
                    _handling = batch.StepOf(place);
                    await batch.Delivery.DeliverAsync(_handling).ConfigureAwait(false);
                }

                if (batch.Stored is not null)
                {
                    await batch.Stored.FinishAsync().ConfigureAwait(false);
                }
            }
            catch (Exception failure) // not of a handler, and no reason to lose what has joined
            {
                batch.Delivery.Failed(failure);
                batch.Stored?.Leave();
            }
        }

        _handling = null; // what handlers started and did not await must not keep its events alive
    }

    /// <summary>False if the loop has ended: the save was made by something that a handler started and did not await.</summary>
    private bool TryAdd(ReadOnlySpan<SavedEvents> saves) => _joined.TryAdd(saves, cause: _handling);
}

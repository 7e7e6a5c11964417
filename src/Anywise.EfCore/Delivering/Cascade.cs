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

    private readonly Queue<CascadeBatch> _batches = new(capacity: 1);
    private CascadeStep? _handling;
    private bool _isOver;

    /// <summary>Delivers committed events: at once and to the end, or, when a handler saved them, after the events that are in the queue.</summary>
    public static ValueTask DeliverAsync(IReadOnlyList<SavedEvents> saves)
    {
        if (saves.Count == 0 || Running.Value?.TryAdd(saves) == true)
        {
            return default;
        }

        return saves.FirstOrDefault(static saved => saved.Stored is not null)?.Stored?.Outbox.TryTake(saves) == true ? default : DeliverNowAsync(saves);
    }

    /// <summary>Delivers committed events to the end, whatever else is being delivered.</summary>
    public static ValueTask DeliverNowAsync(IReadOnlyList<SavedEvents> saves)
    {
        var cascade = new Cascade();
        cascade.TryAdd(saves);
        return cascade.RunAsync();
    }

    /// <summary>Delivers events that no save of this moment stands behind, at once and to the end.</summary>
    public static ValueTask DeliverAsync(CascadeBatch batch)
    {
        var cascade = new Cascade();
        cascade._batches.Enqueue(batch);
        return cascade.RunAsync();
    }

    private async ValueTask RunAsync()
    {
        Running.Value = this; // ends with this method, as every AsyncLocal that an async method sets
        using var noTransaction = Transaction.Current is null // of somebody else, who may still roll back
            ? null
            : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        try
        {
            while (TryTake() is { } batch)
            {
                if (batch.Stored is not null && !await batch.Stored.BeginAsync().ConfigureAwait(false))
                {
                    continue;
                }

                foreach (var (raised, aggregate) in batch.Events)
                {
                    _handling = new CascadeStep(batch, raised, aggregate);
                    await batch.Delivery.DeliverAsync(_handling).ConfigureAwait(false);
                }

                if (batch.Stored is not null)
                {
                    await batch.Stored.FinishAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>False if the loop has ended: the save was made by something that a handler started and did not await.</summary>
    private bool TryAdd(IReadOnlyList<SavedEvents> saves)
    {
        lock (_batches)
        {
            if (_isOver)
            {
                return false;
            }

            foreach (var saved in saves)
            {
                _batches.Enqueue(new CascadeBatch(saved, cause: _handling));
            }

            return true;
        }
    }

    private CascadeBatch? TryTake()
    {
        lock (_batches)
        {
            _isOver = !_batches.TryDequeue(out var batch);
            return batch;
        }
    }

    /// <summary>What handlers started and did not await still refers to this cascade, and must neither join it nor keep its events alive.</summary>
    private void End()
    {
        lock (_batches)
        {
            _isOver = true;
            _handling = null;
        }
    }
}

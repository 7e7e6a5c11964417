using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Delivering;

/// <summary>What handlers have saved while a cascade runs, first in, first out. Ends when it is empty: what comes later belongs to no cascade. Thread-safe.</summary>
/// <remarks>A field of its cascade, and not an object beside it: most cascades get nothing more than they begin with.</remarks>
internal struct CascadeQueue
{
    /// <summary>Takes the place of the batches at the end.</summary>
    private static readonly Queue<CascadeBatch> Ended = new();

    private Queue<CascadeBatch>? _batches; // its own lock

    /// <summary>False at the end.</summary>
    /// <param name="saves">What was saved.</param>
    /// <param name="cause">The event whose handler saved it.</param>
    public bool TryAdd(ReadOnlySpan<SavedEvents> saves, CascadeStep? cause)
    {
        var batches = _batches ?? Interlocked.CompareExchange(ref _batches, new(), null) ?? _batches;
        lock (batches)
        {
            if (_batches == Ended)
            {
                return false;
            }

            foreach (var saved in saves)
            {
                batches.Enqueue(new SavedBatch(saved, cause));
            }

            return true;
        }
    }

    /// <summary>Null at the end.</summary>
    public CascadeBatch? TakeOrEnd()
    {
        if (Interlocked.CompareExchange(ref _batches, Ended, null) is not { } batches)
        {
            return null; // nothing has joined, and nothing will
        }

        lock (batches)
        {
            if (!batches.TryDequeue(out var next))
            {
                _batches = Ended;
            }

            return next;
        }
    }
}

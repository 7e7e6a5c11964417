using Anywise.EfCore.Committing;

namespace Anywise.EfCore.Collecting;

/// <summary>The saves of one context that succeeded: what is still to be heard of them.</summary>
internal sealed class SucceededSaves
{
    /// <summary>Saves that are not at their end: another interceptor may save while it is told of one.</summary>
    private readonly Stack<SavedEvents?> _ending = new();

    private CommitLog? _lastTransaction;

    /// <param name="saved">The events of the save; null if it had none.</param>
    /// <param name="transaction">The open transaction that the save is part of, if it is part of one.</param>
    public void Add(SavedEvents? saved, CommitLog? transaction)
    {
        if (saved is not null || _ending.Count > 0)
        {
            _ending.Push(saved);
            _lastTransaction = transaction ?? _lastTransaction;
        }
    }

    /// <summary>The last that a save says, and the first time that it says whether it accepted its changes.</summary>
    public void Ended(bool acceptedAllChanges)
    {
        if (_ending.TryPop(out var saved))
        {
            saved?.CanBeRepeated = !acceptedAllChanges;
        }
    }

    /// <summary>The context goes: the last chance to say that nobody told how its transaction ended.</summary>
    public void Leave() => TransactionOutcome.Left(_lastTransaction);
}

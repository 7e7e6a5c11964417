using Anywise.EfCore.Committing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Collecting;

/// <summary>The saves of one context that succeeded: what is still to be heard of them.</summary>
internal sealed class SucceededSaves(ContextEventSink sink) : IResettableService, IDisposable
{
    /// <summary>Saves that are not at their end: another interceptor may save while it is told of one.</summary>
    private readonly Stack<SavedEvents?> _ending = new();

    private IDbContextTransactionManager? _transactions;
    private CommitLog? _lastTransaction;
    private bool _isFollowing;

    /// <summary>Listens to what a context says of its saves, and no interceptor hears.</summary>
    public void Follow(DbContext context)
    {
        if (_isFollowing)
        {
            return;
        }

        _isFollowing = true;
        context.SaveChangesFailed += (_, _) => sink.PutBack(); // unlike the interceptor's method, it knows concurrency conflicts
        context.SavedChanges += (_, saved) => Ended(saved.AcceptAllChangesOnSuccess);
    }

    /// <inheritdoc cref="TransactionOfSave.LogOf"/>
    public CommitLog? OpenTransactionOf(DbContext context) =>
        TransactionOfSave.LogOf(_transactions ??= context.GetService<IDbContextTransactionManager>(), context);

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

    /// <summary>A pooled context goes back to its pool, and drops its subscriptions.</summary>
    public void ResetState()
    {
        Dispose();
        _ending.Clear();
        (_isFollowing, _lastTransaction) = (false, null);
    }

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    /// <summary>The context goes: the last chance to say that nobody told how its transaction ended.</summary>
    public void Dispose() => TransactionOutcome.Left(_lastTransaction);

    /// <summary>The last that a save says, and the first time that it says whether it accepted its changes.</summary>
    private void Ended(bool acceptedAllChanges)
    {
        if (_ending.TryPop(out var saved))
        {
            saved?.CanBeRepeated = !acceptedAllChanges;
        }
    }
}

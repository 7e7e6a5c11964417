using Anywise.EfCore.Committing;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Follows each save of one context: hands its events on when it succeeded, and puts them back when it did not.
/// <see cref="SaveObserver"/> takes them in between.
/// </summary>
internal sealed class SaveInterceptor(ContextEventSink sink, BeforeCommit beforeCommit) : ISaveChangesInterceptor, IResettableService, IDisposable
{
    /// <summary>Saves that succeeded, but are not at their end: another interceptor may save while it is told of one.</summary>
    private Stack<SavedEvents?>? _succeeded;

    private bool _isSubscribed;
    private CommitLog? _lastTransaction;

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Begin(eventData.Context!);
        if (beforeCommit.HasHandlers)
        {
            beforeCommit.Run(eventData.Context!);
        }

        return result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Begin(eventData.Context!);
        if (beforeCommit.HasHandlers)
        {
            await beforeCommit.RunAsync(eventData.Context!, mustBeSynchronous: false, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (Succeeded(eventData.Context!) is { } committed)
        {
            Blocking.Run<IReadOnlyList<SavedEvents>>([committed], Cascade.DeliverAsync);
        }

        return result;
    }

    public async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (Succeeded(eventData.Context!) is { } committed)
        {
            await Cascade.DeliverAsync([committed]).ConfigureAwait(false);
        }

        return result;
    }

    public void SaveChangesCanceled(DbContextEventData eventData) => sink.PutBack();

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        sink.PutBack();
        return Task.CompletedTask;
    }

    /// <summary>A pooled context goes back to its pool, and drops its subscriptions.</summary>
    public void ResetState()
    {
        Dispose();
        _isSubscribed = false;
        _succeeded = null;
    }

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    /// <summary>The context goes: the last chance to say that nobody told how its transaction ended.</summary>
    public void Dispose()
    {
        TransactionOutcome.Left(_lastTransaction);
        _lastTransaction = null;
    }

    private void Begin(DbContext context)
    {
        sink.PutBack(); // an earlier attempt may have ended without any hook
        sink.SaveReachedDatabase = false;
        if (_isSubscribed)
        {
            return;
        }

        _isSubscribed = true;
        context.SaveChangesFailed += (_, _) => sink.PutBack(); // unlike the interceptor's method, it knows concurrency conflicts
        context.SavedChanges += (_, saved) => AfterSave(saved.AcceptAllChangesOnSuccess);
    }

    /// <summary>Returns the events if they are committed already; else the transaction will see to them.</summary>
    private SavedEvents? Succeeded(DbContext context)
    {
        if (!sink.SaveReachedDatabase)
        {
            ReachedNoDatabase(context);
        }

        sink.SaveReachedDatabase = false; // another interceptor may have saved inside this save
        var transaction = sink.HasCollected ? TransactionOfSave.LogOf(context) : null;
        var saved = TakeCollected(context, transaction);
        return transaction is null ? saved : null;
    }

    /// <summary>Either there was nothing to save but events, or another interceptor answered instead of the database.</summary>
    private void ReachedNoDatabase(DbContext context)
    {
        sink.Collect();
        beforeCommit.RefuseLateEvents();
        if (sink.HasCollected && HasChanges(context))
        {
            sink.PutBack();
        }
    }

    private SavedEvents? TakeCollected(DbContext context, CommitLog? transaction)
    {
        SavedEvents? saved = null;
        if (sink.HasCollected)
        {
            sink.MakeDeferred(context, canStillFail: transaction is not null);
            saved = sink.TakeCollected();
            transaction?.Saved(saved);
            _lastTransaction = transaction;
        }

        if (saved is not null || _succeeded is { Count: > 0 })
        {
            (_succeeded ??= new()).Push(saved);
        }

        return saved;
    }

    private static bool HasChanges(DbContext context)
    {
        var detects = context.ChangeTracker.AutoDetectChangesEnabled;
        context.ChangeTracker.AutoDetectChangesEnabled = false; // they were detected a moment ago
        var hasChanges = context.ChangeTracker.HasChanges();
        context.ChangeTracker.AutoDetectChangesEnabled = detects;
        return hasChanges;
    }

    /// <summary>The last that a save says, and the first time that it says whether it accepted its changes.</summary>
    private void AfterSave(bool acceptedAllChanges)
    {
        if (_succeeded?.TryPop(out var saved) == true)
        {
            saved?.CanBeRepeated = !acceptedAllChanges;
        }
    }
}

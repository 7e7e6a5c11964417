using Anywise.EfCore.Committing;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Follows each save of one context: takes the pending events when EF Core has detected all changes, hands them on when the save
/// succeeded, and puts them back when it did not.
/// </summary>
internal sealed class SaveInterceptor(ContextEventSink sink, BeforeCommit beforeCommit) : ISaveChangesInterceptor, IResettableService
{
    private bool _isSubscribed;
    private bool _isOpen;
    private SavedEvents? _inTransaction;

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        AbandonEarlierAttempt();
        if (beforeCommit.HasHandlers)
        {
            beforeCommit.Run(eventData.Context!);
        }

        Open(eventData.Context!);
        return result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        AbandonEarlierAttempt();
        if (beforeCommit.HasHandlers)
        {
            await beforeCommit.RunAsync(eventData.Context!, mustBeSynchronous: false, cancellationToken).ConfigureAwait(false);
        }

        Open(eventData.Context!);
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

    public void SaveChangesCanceled(DbContextEventData eventData) => NotSaved();

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        NotSaved();
        return Task.CompletedTask;
    }

    /// <summary>A pooled context goes back to its pool, and drops its subscriptions.</summary>
    public void ResetState() => (_isSubscribed, _isOpen, _inTransaction) = (false, false, null);

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    /// <summary>It may have ended without any hook, as one does that an interceptor refused.</summary>
    private void AbandonEarlierAttempt() => NotSaved();

    private void Open(DbContext context)
    {
        Subscribe(context);
        sink.SaveReachedDatabase = false;
        _isOpen = true;
        if (!context.ChangeTracker.AutoDetectChangesEnabled)
        {
            sink.Collect();
        }
    }

    private void Subscribe(DbContext context)
    {
        if (_isSubscribed)
        {
            return;
        }

        _isSubscribed = true;
        context.ChangeTracker.DetectedAllChanges += (_, _) => Detected();
        context.SaveChangesFailed += (_, _) => NotSaved(); // unlike the interceptor's method, it knows concurrency conflicts
        context.SavedChanges += (_, saved) => AfterSave(saved.AcceptAllChangesOnSuccess);
    }

    /// <summary>May come more than once for a save, because another interceptor may detect changes before the last event is raised.</summary>
    private void Detected()
    {
        if (_isOpen)
        {
            sink.Collect();
        }
    }

    private void NotSaved()
    {
        _isOpen = false;
        sink.PutBack();
    }

    /// <summary>Returns the events if they are committed already; else the transaction will see to them.</summary>
    private SavedEvents? Succeeded(DbContext context)
    {
        if (!_isOpen)
        {
            sink.Collect(); // another interceptor saved inside this save, and that closed both
        }

        _isOpen = false;
        if (!sink.SaveReachedDatabase)
        {
            ReachedNoDatabase(context);
        }

        _inTransaction = null;
        if (!sink.HasCollected)
        {
            return null;
        }

        var transaction = TransactionOfSave.LogOf(context);
        sink.MakeDeferred(context, canStillFail: transaction is not null);
        var saved = sink.TakeCollected();
        if (transaction is null)
        {
            return saved;
        }

        transaction.Saved(saved);
        _inTransaction = saved;
        return null;
    }

    /// <summary>Either there was nothing to save but events, or another interceptor answered instead of the database.</summary>
    private void ReachedNoDatabase(DbContext context)
    {
        beforeCommit.RefuseLateEvents();
        if (sink.HasCollected && HasChanges(context))
        {
            sink.PutBack();
        }
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
    private void AfterSave(bool acceptedAllChanges) => _inTransaction?.CanBeRepeated = !acceptedAllChanges;
}

using Anywise.EfCore.Committing;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Follows each save of one context: takes the pending events when EF Core has detected all changes, hands them on when the save
/// succeeded, and puts them back when it did not.
/// </summary>
internal sealed class SaveInterceptor : ISaveChangesInterceptor
{
    private readonly ContextEventSink _sink;
    private readonly EventHandler<DetectedChangesEventArgs> _onDetectedAllChanges;
    private readonly EventHandler<SaveChangesFailedEventArgs> _onSaveChangesFailed;
    private readonly EventHandler<SavedChangesEventArgs> _onSavedChanges;
    private bool _isOpen;
    private SavedEvents? _deferred;

    public SaveInterceptor(ContextEventSink sink)
    {
        _sink = sink;
        _onDetectedAllChanges = (_, _) => _sink.Collect();
        _onSaveChangesFailed = (context, _) => NotSaved((DbContext)context!);
        _onSavedChanges = (_, saved) => AfterSave(saved.AcceptAllChangesOnSuccess);
    }

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Open(eventData.Context!);
        return result;
    }

    public ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (Succeeded(eventData.Context!) is { } committed)
        {
            BlockingDelivery.Run([committed]);
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

    public void SaveChangesCanceled(DbContextEventData eventData) => NotSaved(eventData.Context!);

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        NotSaved(eventData.Context!);
        return Task.CompletedTask;
    }

    private void Open(DbContext context)
    {
        // An earlier attempt that an interceptor refused has ended without any hook.
        Close(context);
        _sink.PutBack();

        // Subscribed for each save, because a pooled context drops its subscriptions when it is returned; and for the whole of it,
        // because another interceptor may detect changes early, before the last event is raised.
        context.ChangeTracker.DetectedAllChanges += _onDetectedAllChanges;
        context.SaveChangesFailed += _onSaveChangesFailed; // unlike the interceptor's method, it knows concurrency conflicts
        _isOpen = true;
        _sink.SaveReachedDatabase = false;
        if (!context.ChangeTracker.AutoDetectChangesEnabled)
        {
            _sink.Collect();
        }
    }

    private bool Close(DbContext context)
    {
        var wasOpen = _isOpen;
        context.ChangeTracker.DetectedAllChanges -= _onDetectedAllChanges;
        context.SaveChangesFailed -= _onSaveChangesFailed;
        context.SavedChanges -= _onSavedChanges;
        _isOpen = false;
        _deferred = null;
        return wasOpen;
    }

    private void NotSaved(DbContext context)
    {
        Close(context);
        _sink.PutBack();
    }

    /// <summary>Returns the events if they are committed already; else the transaction will see to them.</summary>
    private SavedEvents? Succeeded(DbContext context)
    {
        if (!Close(context))
        {
            _sink.Collect(); // another interceptor saved inside this save, and that closed both
        }

        if (WasSuppressed(context))
        {
            _sink.PutBack();
        }

        if (_sink.TakeCollected() is not { } saved)
        {
            return null;
        }

        if (!TransactionOfSave.Defers(saved, context))
        {
            return saved;
        }

        _deferred = saved;
        context.SavedChanges += _onSavedChanges;
        return null;
    }

    /// <summary>Another interceptor answered instead of the database: there were changes, and they are still there.</summary>
    private bool WasSuppressed(DbContext context)
    {
        if (!_sink.HasCollected || _sink.SaveReachedDatabase)
        {
            return false;
        }

        var detects = context.ChangeTracker.AutoDetectChangesEnabled;
        context.ChangeTracker.AutoDetectChangesEnabled = false; // they were detected a moment ago
        var hasChanges = context.ChangeTracker.HasChanges();
        context.ChangeTracker.AutoDetectChangesEnabled = detects;
        return hasChanges;
    }

    /// <summary>The last that a save says, and the first time that it says whether it accepted its changes.</summary>
    private void AfterSave(bool acceptedAllChanges) => _deferred?.CanBeRepeated = !acceptedAllChanges;
}

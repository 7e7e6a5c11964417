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
    private bool _isOpen;

    public SaveInterceptor(ContextEventSink sink)
    {
        _sink = sink;
        _onDetectedAllChanges = (_, _) => _sink.Collect();
        _onSaveChangesFailed = (context, _) => NotSaved((DbContext)context!);
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
        _isOpen = false;
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

        return _sink.TakeCollected() is { } saved && !TransactionOfSave.Defers(saved, context) ? saved : null;
    }
}

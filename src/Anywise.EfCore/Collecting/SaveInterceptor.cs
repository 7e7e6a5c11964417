using Anywise.EfCore.Delivering;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Follows each save of one context: hands its events on when it succeeded, and puts them back when it did not.
/// <see cref="SaveObserver"/> takes them in between.
/// </summary>
internal sealed class SaveInterceptor(ContextEventSink sink, BeforeCommit beforeCommit, DeliveryRoute route, SucceededSaves succeeded) : ISaveChangesInterceptor
{
    private SuppressedConflict? _conflict;

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
            Blocking.Run<SavedEvents[]>([committed], Cascade.DeliverAsync);
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

    public InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        (_conflict ??= new()).Met(eventData.Entries.Select(entry => entry.Entity));
        return result;
    }

    public ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        new(ThrowingConcurrencyException(eventData, result));

    public void SaveChangesCanceled(DbContextEventData eventData) => sink.PutBack();

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        sink.PutBack();
        return Task.CompletedTask;
    }

    private void Begin(DbContext context)
    {
        sink.PutBack(); // an earlier attempt may have ended without any hook
        _conflict = null;
        sink.SaveReachedDatabase = false;
        succeeded.Follow(context);
    }

    /// <summary>Returns the events if they are committed already; else the transaction will see to them.</summary>
    private SavedEvents? Succeeded(DbContext context)
    {
        if (!sink.SaveReachedDatabase)
        {
            ReachedNoDatabase(context);
        }

        sink.SaveReachedDatabase = false; // another interceptor may have saved inside this save
        _conflict?.DropEvents(sink, route);
        if (!sink.HasCollected && (_conflict is null || sink.Stored is null)) // what a suppressed conflict has left is still in the table
        {
            succeeded.Add(saved: null, transaction: null);
            return null;
        }

        var transaction = succeeded.OpenTransactionOf(context);
        DeferredEvents.Make(sink, context, committed: transaction is null ? route : null);
        var saved = sink.TakeCollected();
        succeeded.Add(saved, transaction);
        transaction?.Saved(saved);
        return transaction is null ? saved : null;
    }

    /// <summary>Either there was nothing to save but events, or another interceptor answered instead of the database.</summary>
    public void ReachedNoDatabase(DbContext context)
    {
        sink.Collect();
        beforeCommit.RefuseLateEvents();
        if (sink.HasCollected && context.WithoutDetection(static current => current.ChangeTracker.HasChanges()))
        {
            sink.PutBack();
        }
    }
}

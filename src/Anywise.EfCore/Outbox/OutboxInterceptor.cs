using Anywise.EfCore.Collecting;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// What an outbox adds to a save: a transaction for a handler that saves for the first time, and the row of a save that had only events to save.
/// </summary>
internal sealed class OutboxInterceptor(ContextEventSink sink, SaveInterceptor save, OutboxWriter writer, DeliveryRoute route) : ISaveChangesInterceptor
{
    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        HandlerTransaction.ToBeginFor(eventData.Context!, route)?.Begin(eventData.Context!);
        return result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (HandlerTransaction.ToBeginFor(eventData.Context!, route) is { } transaction)
        {
            await transaction.BeginAsync(eventData.Context!, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        if (HasOnlyEvents(eventData.Context!))
        {
            writer.SaveEvents();
        }

        return result;
    }

    public async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (HasOnlyEvents(eventData.Context!))
        {
            await writer.SaveEventsAsync(cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>The save has not reached the database, because there was nothing else, and there is something to store.</summary>
    private bool HasOnlyEvents(DbContext context)
    {
        if (sink.SaveReachedDatabase)
        {
            return false;
        }

        save.ReachedNoDatabase(context);
        sink.SaveReachedDatabase = true;
        return sink.HasCollected;
    }
}

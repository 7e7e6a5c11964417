using Mediator;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.Benchmarks;

/// <summary>The base class that goes with the usual interceptor.</summary>
public abstract class UsualAggregate
{
    private readonly List<INotification> _events = [];

    [System.ComponentModel.DataAnnotations.Schema.NotMapped]
    public IReadOnlyList<INotification> Events => _events;

    public void ClearEvents() => _events.Clear();

    protected void Raise(INotification notification) => _events.Add(notification);
}

public sealed record UsualItemTouched(int Id) : INotification;

public sealed class UsualItemTouchedHandler : INotificationHandler<UsualItemTouched>
{
    public ValueTask Handle(UsualItemTouched notification, CancellationToken cancellationToken) => default;
}

/// <summary>What most applications have written by hand: scan the tracker, copy the events, publish them after the save.</summary>
public sealed class UsualInterceptor(IPublisher publisher) : SaveChangesInterceptor
{
    private List<INotification> _events = [];

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var aggregates = eventData.Context!.ChangeTracker.Entries<UsualAggregate>().Select(entry => entry.Entity).Where(entity => entity.Events.Count > 0).ToList();
        _events = [.. aggregates.SelectMany(aggregate => aggregate.Events)];
        aggregates.ForEach(aggregate => aggregate.ClearEvents());
        return new(result);
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        foreach (var notification in _events)
        {
            await publisher.Publish(notification, cancellationToken);
        }

        return result;
    }
}

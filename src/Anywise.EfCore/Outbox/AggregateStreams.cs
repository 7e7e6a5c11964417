using System.Globalization;
using Anywise.EfCore.Collecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Anywise.EfCore.Outbox;

/// <summary>Tells aggregates from each other by their type and key. Two of one name would only wait for each other.</summary>
internal sealed class AggregateStreams(DbContext context)
{
    /// <summary>Null for what the application has enqueued, which has no order to keep.</summary>
    public string? Of(object aggregate)
    {
        if (aggregate is EnqueuedMessages)
        {
            return null;
        }

        var entry = EntryOf(aggregate);
        return $"{entry.Metadata.GetRootType().Name} {string.Join(", ", KeyOf(entry).Select(part => Convert.ToString(part.CurrentValue, CultureInfo.InvariantCulture)))}";
    }

    /// <summary>The database has yet to generate the key.</summary>
    public bool WaitsForKey(object aggregate) => aggregate is not EnqueuedMessages && KeyOf(EntryOf(aggregate)).Any(part => part.IsTemporary);

    private EntityEntry EntryOf(object aggregate) => context.WithoutDetection(current => current.Entry(aggregate));

    private static IEnumerable<PropertyEntry> KeyOf(EntityEntry entry) => entry.Metadata.FindPrimaryKey()!.Properties.Select(part => entry.Property(part.Name));
}

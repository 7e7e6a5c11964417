using Anywise.Domain;
using Anywise.EfCore.Registration;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// An interceptor can let a save succeed that met concurrency conflicts. The rows in conflict were not written then, so that the events of
/// their aggregates did not happen.
/// </summary>
internal sealed class SuppressedConflict
{
    private readonly HashSet<object> _entities = [];

    public void Met(IEnumerable<object> entities) => _entities.UnionWith(entities);

    /// <summary>Of a part it is not known to which aggregate it belongs: then all events of the save are dropped.</summary>
    public void DropEvents(ContextEventSink sink, DeliveryRoute route)
    {
        var hasUnknownRoot = _entities.Any(entity => entity is not (AggregateRoot or IHasDomainEvents));
        sink.Drop(collected =>
        {
            var aggregate = collected.Source.Aggregate!;
            var isDropped = hasUnknownRoot || _entities.Contains(aggregate);
            if (isDropped)
            {
                collected.Raised.ForEach(raised => sink.Stored?.Drop(raised));
                route.Reports.ConflictWasSuppressed(collected.Raised, route.NameOf(aggregate));
            }

            return isDropped;
        });
    }
}

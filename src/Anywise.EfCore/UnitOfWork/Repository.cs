using System.Linq.Expressions;
using Anywise.Domain;
using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.UnitOfWork;

/// <summary>The aggregates of one type in one context, loaded whole.</summary>
internal sealed class Repository<TAggregate, TId> : IRepository<TAggregate, TId>
    where TAggregate : AggregateRoot<TId>
    where TId : notnull
{
    private readonly DbContext _context;
    private readonly DbSet<TAggregate> _aggregates;

    /// <summary>For the container.</summary>
    /// <exception cref="InvalidOperationException">No context of the scope has such aggregates, or several have.</exception>
    public Repository(RegisteredContexts contexts, IServiceProvider scope)
        : this(contexts.Of(typeof(TAggregate), scope))
    {
    }

    internal Repository(DbContext context) => (_context, _aggregates) = (context, context.Set<TAggregate>());

    public async ValueTask<TAggregate?> GetAsync(TId id, CancellationToken cancellationToken = default)
    {
        if (FindTracked(id) is { } tracked && (tracked.State is EntityState.Added or EntityState.Deleted || IsWhole(tracked)))
        {
            return tracked.State == EntityState.Deleted ? null : (TAggregate)tracked.Entity;
        }

        return await Whole().SingleOrDefaultAsync(HasId(id), cancellationToken).ConfigureAwait(false);
    }

    public void Add(TAggregate aggregate) => _aggregates.Add(aggregate);

    public void Remove(TAggregate aggregate) => _aggregates.Remove(aggregate);

    public async ValueTask<IReadOnlyList<TAggregate>> FindAsync(Specification<TAggregate> specification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return await Whole().Where(specification.Condition).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private IQueryable<TAggregate> Whole() => AggregateBoundaries.Of(_context.Model).IncludesOf(_aggregates.EntityType)
        .Aggregate(_aggregates.AsTracking(), static (query, path) => query.Include(path));

    private EntityEntry? FindTracked(TId id) =>
        _context.WithoutDetection(_ => (EntityEntry?)_aggregates.Local.FindEntry(nameof(AggregateRoot<TId>.Id), id));

    /// <summary>It may have been tracked by another way, such as a query of the application or the navigation of another aggregate.</summary>
    private bool IsWhole(EntityEntry root) => _context.WithoutDetection(_ => HasAllParts(root));

    private static bool HasAllParts(EntityEntry entry) => AggregateBoundaries.WaysDownFrom(entry.Metadata).All(way => HasAllParts(entry, way));

    private static bool HasAllParts(EntityEntry entry, INavigation way)
    {
        var navigation = entry.Navigation(way);
        if (!way.ForeignKey.IsOwnership && !navigation.IsLoaded)
        {
            return false;
        }

        return navigation switch
        {
            CollectionEntry { CurrentValue: { } children } collection => children.Cast<object>().All(child => HasAllParts(collection.FindEntry(child)!)),
            ReferenceEntry { TargetEntry: { } child } => HasAllParts(child),
            _ => true,
        };
    }

    private static Expression<Func<TAggregate, bool>> HasId(TId id) => aggregate => aggregate.Id.Equals(id);
}

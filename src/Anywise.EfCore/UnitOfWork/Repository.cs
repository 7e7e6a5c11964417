using System.Linq.Expressions;
using Anywise.Domain;
using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Anywise.EfCore.UnitOfWork;

/// <summary>The aggregates of one type in one context, loaded whole.</summary>
internal sealed class Repository<TAggregate, TId> : IRepository<TAggregate, TId>
    where TAggregate : AggregateRoot<TId>
    where TId : notnull
{
    private readonly Func<DbContext> _context;

    /// <summary>For the container.</summary>
    /// <exception cref="InvalidOperationException">No context of the scope has such aggregates, or several have.</exception>
    public Repository(RegisteredContexts contexts, IServiceProvider scope)
    {
        var context = contexts.Of(typeof(TAggregate), scope);
        _context = () => context;
    }

    /// <param name="context">Is asked before each use, and throws when it is not to be used any more.</param>
    internal Repository(Func<DbContext> context) => _context = context;

    private DbContext Context => _context();

    private DbSet<TAggregate> Aggregates => Context.Set<TAggregate>();

    public async ValueTask<TAggregate?> GetAsync(TId id, CancellationToken cancellationToken = default)
    {
        if (FindTracked(id) is { } tracked && (tracked.State is EntityState.Added or EntityState.Deleted || IsWhole(tracked)))
        {
            return tracked.State == EntityState.Deleted ? null : (TAggregate)tracked.Entity;
        }

        return await Whole().SingleOrDefaultAsync(HasId(id), cancellationToken).ConfigureAwait(false);
    }

    public void Add(TAggregate aggregate) => Aggregates.Add(aggregate);

    public void Remove(TAggregate aggregate) => Aggregates.Remove(aggregate);

    public async ValueTask<IReadOnlyList<TAggregate>> FindAsync(Specification<TAggregate> specification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return await Whole().Where(specification.Condition).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private IQueryable<TAggregate> Whole() => AggregateBoundaries.Of(Context.Model).IncludesOf(Aggregates.EntityType)
        .Aggregate(Aggregates.AsTracking(), static (query, path) => query.Include(path));

    private EntityEntry? FindTracked(TId id) =>
        Context.WithoutDetection(_ => (EntityEntry?)Aggregates.Local.FindEntry(nameof(AggregateRoot<TId>.Id), id));

    /// <summary>It may have been tracked by another way, such as a query of the application or the navigation of another aggregate.</summary>
    private bool IsWhole(EntityEntry root) => Context.WithoutDetection(_ => HasAllParts(root));

    /// <summary>What is new is; and below what is owned there is nothing but what is owned, which always comes along.</summary>
    private static bool HasAllParts(EntityEntry entry) =>
        entry.State is EntityState.Added or EntityState.Detached
        || AggregateBoundaries.WaysDownFrom(entry.Metadata).All(way => way.ForeignKey.IsOwnership || HasAllParts(entry.Navigation(way)));

    private static bool HasAllParts(NavigationEntry navigation) => navigation.IsLoaded && navigation switch
    {
        CollectionEntry { CurrentValue: { } children } => children.Cast<object>().All(child => HasAllParts(navigation.EntityEntry.Context.Entry(child))),
        ReferenceEntry { TargetEntry: { } child } => HasAllParts(child),
        _ => true,
    };

    private static Expression<Func<TAggregate, bool>> HasId(TId id) => aggregate => aggregate.Id.Equals(id);
}

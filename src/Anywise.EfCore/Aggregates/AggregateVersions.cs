using Anywise.EfCore.Collecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Aggregates;

/// <summary>Raises the version of each aggregate of which a save of one context changes anything, and names those that somebody else has changed.</summary>
internal sealed class AggregateVersions(ICurrentDbContext current, IUpdateAdapterFactory adapters)
{
    private IUpdateAdapter? _adapter;

    private AggregateBoundaries Boundaries => field ??= AggregateBoundaries.Of(current.Context.Model);

    private IUpdateAdapter Adapter => _adapter ??= adapters.Create();

    /// <summary>Raises them once, and has the roots saved, too.</summary>
    /// <param name="entries">What is saved.</param>
    /// <exception cref="InvalidOperationException">A part is saved whose root is not tracked. No version is raised.</exception>
    public void Raise(IList<IUpdateEntry> entries)
    {
        if (!Boundaries.HaveVersions)
        {
            return;
        }

        foreach (var root in RootsOf(entries).Where(static root => root.EntityState is EntityState.Unchanged or EntityState.Modified))
        {
            var isSaved = root.EntityState == EntityState.Modified;
            Boundaries.VersionOf(root.EntityType)?.Raise(root.ToEntityEntry());
            if (!isSaved && root.EntityState == EntityState.Modified)
            {
                entries.Add(root);
            }
        }
    }

    /// <summary>The conflict, told in words of the domain; null if it is not about an aggregate.</summary>
    public DbUpdateConcurrencyException? Name(DbUpdateConcurrencyException conflict)
    {
        var entries = conflict.Entries.Select(EntryOf).OfType<IUpdateEntry>().ToList();
        return entries.Select(FindRoot).FirstOrDefault(static root => root is not null) is { } root
            ? Errors.AggregateHasChanged(AggregateNames.NameOf(root.ToEntityEntry().Entity, current.Context.Model), conflict, entries)
            : null;
    }

    private IUpdateEntry? EntryOf(EntityEntry entry) =>
        entry.Metadata.FindPrimaryKey() is { } key ? Adapter.TryGetEntry(key, [.. key.Properties.Select(property => entry.Property(property.Name).CurrentValue)]) : null;

    private IUpdateEntry? FindRoot(IUpdateEntry entry)
    {
        for (HashSet<IUpdateEntry> passed = []; passed.Add(entry);)
        {
            if (Boundaries.WayUp(entry.EntityType) is not { } way)
            {
                return AggregateBoundaries.IsRoot(entry.EntityType.ClrType) ? entry : null;
            }

            if (Adapter.TryGetEntry(way.PrincipalKey, KeyAbove(entry, way, isOriginal: false)) is not { } above)
            {
                return null;
            }

            entry = above;
        }

        return null; // entries that are each other's part
    }

    /// <summary>For each of them none or one, or two if a part has moved from one aggregate to another.</summary>
    private HashSet<IUpdateEntry> RootsOf(IEnumerable<IUpdateEntry> saved)
    {
        HashSet<IUpdateEntry> roots = [];
        HashSet<IUpdateEntry> passed = [];
        Queue<IUpdateEntry> open = new(saved);
        while (open.TryDequeue(out var entry))
        {
            if (Boundaries.WayUp(entry.EntityType) is { } way)
            {
                if (Boundaries.HasVersionAbove(entry.EntityType) && passed.Add(entry))
                {
                    KeysAbove(entry, way).ForEach(key => open.Enqueue(
                        Adapter.TryGetEntry(way.PrincipalKey, key) ?? throw Errors.PartWithoutItsRoot(entry.EntityType, way.PrincipalEntityType)));
                }
            }
            else if (AggregateBoundaries.IsRoot(entry.EntityType.ClrType))
            {
                roots.Add(entry);
            }
        }

        return roots;
    }

    private static List<object?[]> KeysAbove(IUpdateEntry part, IForeignKey way)
    {
        List<object?[]> keys = part.EntityState == EntityState.Deleted ? [] : [KeyAbove(part, way, isOriginal: false)];
        if (part.EntityState is EntityState.Deleted or EntityState.Modified)
        {
            keys.Add(KeyAbove(part, way, isOriginal: true));
        }

        return keys.FindAll(static key => !key.Contains(null)); // a part that may be without its aggregate has none
    }

    private static object?[] KeyAbove(IUpdateEntry part, IForeignKey way, bool isOriginal) =>
        [.. way.Properties.Select(property => isOriginal ? part.GetOriginalValue(property) : part.GetCurrentValue(property))];
}

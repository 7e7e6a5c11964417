using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Aggregates;

/// <summary>How the roots of one type tell that something inside of their aggregate has changed.</summary>
internal abstract class AggregateVersion
{
    public const string PropertyName = "Version";

    /// <summary>Null for a type whose roots do not.</summary>
    public static AggregateVersion? Of(IEntityType root)
    {
        if (root.FindProperty(PropertyName) is { IsConcurrencyToken: true } version && IsCounter(version))
        {
            return new Counter(version);
        }

        return root.GetProperties().Any(static property => property is { IsConcurrencyToken: true, ValueGenerated: ValueGenerated.OnAddOrUpdate })
            ? new OfDatabase(root)
            : null;
    }

    /// <summary>As opposed to one that the database counts, such as <c>xmin</c>, and to what only has the name.</summary>
    public static bool IsCounter(IReadOnlyProperty property) =>
        (property.ClrType == typeof(int) || property.ClrType == typeof(long)) && property.ValueGenerated == ValueGenerated.Never && !property.IsShadowProperty();

    /// <summary>Says that the aggregate has changed, unless that is said already: by the domain, or by a save that has failed.</summary>
    public abstract void Raise(EntityEntry root);

    private sealed class Counter(IProperty version) : AggregateVersion
    {
        public override void Raise(EntityEntry root)
        {
            var property = root.Property(version.Name);
            if (Equals(property.CurrentValue, property.OriginalValue))
            {
                property.CurrentValue = property.CurrentValue is int number ? checked(number + 1) : (object)checked((long)property.CurrentValue! + 1);
            }
        }
    }

    /// <summary>The database counts each time when the row of the root is written.</summary>
    private sealed class OfDatabase(IEntityType root) : AggregateVersion
    {
        private readonly IProperty? _touched = root.GetProperties().FirstOrDefault(static property =>
            property is { ValueGenerated: ValueGenerated.Never, IsConcurrencyToken: false } && property.GetAfterSaveBehavior() == PropertySaveBehavior.Save);

        public override void Raise(EntityEntry root)
        {
            if (root.State == EntityState.Unchanged)
            {
                root.Property((_touched ?? throw Errors.RootHasNothingToWrite(root.Metadata.ClrType)).Name).IsModified = true;
            }
        }
    }
}

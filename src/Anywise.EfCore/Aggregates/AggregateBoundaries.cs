using System.Collections.Concurrent;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Aggregates;

/// <summary>
/// What belongs to which aggregate in a model: what a root owns, the children that cannot be without it, and what is declared by
/// <c>IsPartOfAggregate</c>. Thread-safe.
/// </summary>
internal sealed class AggregateBoundaries
{
    public const string IsPartAnnotation = "Anywise:IsPartOfAggregate";

    private const string OfModel = "Anywise:Boundaries";

    private readonly ConcurrentDictionary<IEntityType, IReadOnlyList<string>> _includes = new();

    private readonly ConcurrentDictionary<IEntityType, IForeignKey?> _ways = new();
    private readonly ConcurrentDictionary<IEntityType, AggregateVersion?> _versions = new();
    private readonly ConcurrentDictionary<IEntityType, bool> _versionsAbove = new();

    private AggregateBoundaries(IModel model) => HaveVersions = model.GetEntityTypes().Any(type => VersionOf(type) is not null);

    /// <summary>Whether any root in the model has one.</summary>
    public bool HaveVersions { get; }

    public static AggregateBoundaries Of(IModel model) => model.GetOrAddRuntimeAnnotationValue(OfModel, static of => new AggregateBoundaries(of!), model);

    public static bool IsRoot(Type type) => type.IsAssignableTo(typeof(AggregateRoot)) || type.IsAssignableTo(typeof(IHasDomainEvents));

    /// <summary>The way from a part of an aggregate towards its root; null for roots, and for what is no part.</summary>
    public static IReadOnlyForeignKey? WayUpFrom(IReadOnlyEntityType part)
    {
        if (IsRoot(part.ClrType))
        {
            return null;
        }

        var declared = part.GetForeignKeys().Where(key => DeclaredFor(key) == true).ToList();
        var ways = declared.Count > 0 ? declared : [.. part.GetForeignKeys().Where(key => DeclaredFor(key) is null && IsComposition(key))];
        return part.FindOwnership() ?? (ways.Count == 1 ? ways[0] : null);
    }

    /// <inheritdoc cref="WayUpFrom"/>
    public IForeignKey? WayUp(IEntityType part) => _ways.GetOrAdd(part, static type => (IForeignKey?)WayUpFrom(type));

    /// <summary>Null for a root without one, and for what is no root.</summary>
    public AggregateVersion? VersionOf(IEntityType root) =>
        _versions.GetOrAdd(root, static type => IsRoot(type.ClrType) ? AggregateVersion.Of(type) : null);

    /// <summary>Whether any root that a part can have has one.</summary>
    public bool HasVersionAbove(IEntityType part) => _versionsAbove.GetOrAdd(part, static (type, boundaries) => boundaries.FindVersionAbove(type), this);

    /// <summary>The navigations that lead one step deeper into the aggregate.</summary>
    public static IEnumerable<INavigation> WaysDownFrom(IEntityType type) => type.GetNavigations().Where(IsWayDown);

    /// <summary>Every type that is met on the way up, the derived ones, too.</summary>
    /// <remarks>The types of a wrong model can be each other's part.</remarks>
    public static IReadOnlyCollection<IReadOnlyEntityType> SelfAndAbove(IReadOnlyEntityType part)
    {
        HashSet<IReadOnlyEntityType> passed = [];
        Stack<IReadOnlyEntityType> open = new([part]);
        while (open.TryPop(out var type))
        {
            if (passed.Add(type) && WayUpFrom(type) is { } way)
            {
                foreach (var above in way.PrincipalEntityType.GetDerivedTypesInclusive())
                {
                    open.Push(above);
                }
            }
        }

        return passed;
    }

    /// <summary>What a query of a root has to include to load it whole; what is owned always comes along.</summary>
    public IReadOnlyList<string> IncludesOf(IEntityType root) => _includes.GetOrAdd(root, static type => [.. Paths(type, prefix: "", above: [type])]);

    private static IEnumerable<string> Paths(IEntityType type, string prefix, IEntityType[] above)
    {
        foreach (var navigation in type.GetDerivedTypesInclusive().SelectMany(static one => one.GetNavigations()).Distinct().Where(IsWayDown))
        {
            var (path, target) = (prefix + navigation.Name, navigation.TargetEntityType);
            if (!navigation.ForeignKey.IsOwnership)
            {
                yield return path;
            }

            if (!above.Contains(target))
            {
                foreach (var deeper in Paths(target, path + ".", [.. above, target]))
                {
                    yield return deeper;
                }
            }
        }
    }

    private bool FindVersionAbove(IEntityType part) => SelfAndAbove(part).Any(above => VersionOf((IEntityType)above) is not null);

    private static bool IsWayDown(INavigation navigation) => !navigation.IsOnDependent && WayUpFrom(navigation.TargetEntityType) == navigation.ForeignKey;

    /// <inheritdoc cref="Declared"/>
    public static bool? DeclaredFor(IReadOnlyForeignKey key) => Declared(key.PrincipalToDependent);

    /// <summary>What <c>IsPartOfAggregate</c> says; null without it.</summary>
    public static bool? Declared(IReadOnlyNavigationBase? navigation) => navigation?.FindAnnotation(IsPartAnnotation)?.Value as bool?;

    private static bool IsComposition(IReadOnlyForeignKey key) =>
        key is { IsRequired: true, DeleteBehavior: DeleteBehavior.Cascade or DeleteBehavior.ClientCascade, PrincipalToDependent: not null }
        && key.PrincipalEntityType != key.DeclaringEntityType;
}

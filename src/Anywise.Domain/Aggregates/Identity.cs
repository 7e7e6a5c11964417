using System.Runtime.CompilerServices;

namespace Anywise.Domain;

/// <summary>What entities and aggregate roots have in common: they are who they are by type and identity.</summary>
internal static class Identity
{
    public static bool AreEqual<TId>(object one, TId oneId, object other, TId otherId) =>
        ReferenceEquals(one, other)
        || (!IsDefault(oneId) && TypeOf(one) == TypeOf(other) && EqualityComparer<TId>.Default.Equals(oneId, otherId));

    public static int HashCode<TId>(object entity, TId id) =>
        IsDefault(id) ? RuntimeHelpers.GetHashCode(entity) : System.HashCode.Combine(TypeOf(entity), id);

    public static string Describe<TId>(object entity, TId id) => $"{TypeOf(entity).Name} {id}";

    private static bool IsDefault<TId>(TId id) => EqualityComparer<TId>.Default.Equals(id, default);

    /// <summary>A lazy-loading proxy stands for the type that it was derived from; proxies live in dynamic assemblies.</summary>
    private static Type TypeOf(object entity)
    {
        var type = entity.GetType();
        return type.Assembly.IsDynamic && type.BaseType is { } proxied ? proxied : type;
    }
}

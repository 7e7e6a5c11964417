using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Collecting;

/// <summary>Names aggregates by type and key, for people who read the log.</summary>
internal static class AggregateNames
{
    public static string NameOf(object aggregate, IModel model)
    {
        var entityType = model.FindRuntimeEntityType(aggregate.GetType());
        var key = entityType?.FindPrimaryKey()?.Properties.Select(property => ValueOf(property, aggregate));
        var name = entityType?.ClrType.Name ?? aggregate.GetType().Name;
        return key is null ? name : $"{name} {string.Join(", ", key)}";
    }

    private static object? ValueOf(IProperty property, object aggregate) =>
        property.IsShadowProperty() ? $"({property.Name})" : property.GetGetter().GetClrValue(aggregate);
}

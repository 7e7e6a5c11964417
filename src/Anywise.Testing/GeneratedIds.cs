using System.Globalization;
using System.Reflection;
using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>Gives an aggregate without an identity one, when EF Core does: a Guid when it is added, a number when it is written.</summary>
internal static class GeneratedIds
{
    /// <exception cref="InvalidOperationException">It has no identity, and none that could be generated.</exception>
    public static void GiveAtAdd(object one)
    {
        switch (MissingIdOf(one))
        {
            case { PropertyType: var type } id when type == typeof(Guid):
                id.SetValue(one, Guid.CreateVersion7());
                break;
            case { PropertyType.IsValueType: false }:
                throw Errors.HasNoId(one);
        }
    }

    public static void GiveAtWrite(object one, Func<int> next)
    {
        if (MissingIdOf(one) is { PropertyType: var type } id && (type == typeof(int) || type == typeof(long) || type == typeof(short)))
        {
            id.SetValue(one, Convert.ChangeType(next(), type, CultureInfo.InvariantCulture));
        }
    }

    private static PropertyInfo? MissingIdOf(object one)
    {
        for (var type = one.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(AggregateRoot<>))
            {
                var id = type.GetProperty(nameof(AggregateRoot<int>.Id))!;
                var none = id.PropertyType.IsValueType ? Activator.CreateInstance(id.PropertyType) : null;
                return Equals(id.GetValue(one), none) ? id : null;
            }
        }

        return null;
    }
}

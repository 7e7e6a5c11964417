using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Messages;

/// <summary>What kinds of values <c>System.Text.Json</c> can write and read back.</summary>
internal static class JsonTypes
{
    private static readonly HashSet<string> CollectionInterfaces =
    [
        "IEnumerable`1", "ICollection`1", "IList`1", "IReadOnlyCollection`1", "IReadOnlyList`1", "ISet`1", "IReadOnlySet`1", "IDictionary`2", "IReadOnlyDictionary`2",
        "IImmutableList`1", "IImmutableSet`1", "IImmutableQueue`1", "IImmutableDictionary`2",
    ];

    private static readonly HashSet<string> KeyTypes = ["Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Uri", "Version", "String"];

    /// <summary>Types without a converter of their own, of which nothing, or an empty one, is made; besides those of <c>System.Numerics</c>.</summary>
    private static readonly HashSet<string> NotReadBack =
    [
        "ReadOnlyCollection`1", "ReadOnlyDictionary`2", "ReadOnlyObservableCollection`1", "ReadOnlySet`1", "FrozenSet`1", "FrozenDictionary`2", "IPAddress", "CultureInfo", "TimeZoneInfo",
    ];

    /// <summary>What is wrong with a type, as the end of a sentence about the member that has it, and the types of objects in it that are still to be examined.</summary>
    public static (string? Flaw, IEnumerable<INamedTypeSymbol> Objects) Examine(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { Rank: > 1 } => ("is an array of several dimensions", []),
        IArrayTypeSymbol array => Examine(array.ElementType),
        { SpecialType: SpecialType.System_Object } or IDynamicTypeSymbol => ("is an 'object', which comes back as a 'JsonElement'", []),
        IPointerTypeSymbol or IFunctionPointerTypeSymbol or { IsRefLikeType: true } or { TypeKind: TypeKind.Delegate } => ($"is a '{type.ShortName()}', which is no data", []),
        INamedTypeSymbol named => ExamineNamed(named),
        _ => (null, []),
    };

    private static (string? Flaw, IEnumerable<INamedTypeSymbol> Objects) ExamineNamed(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum || type.HasAttribute("JsonConverterAttribute"))
        {
            return (null, []);
        }

        if (type.IsTupleType)
        {
            return ("is a tuple, whose elements are not written", []);
        }

        if (IsNotReadBack(type))
        {
            return ($"is of the type '{type.ShortName()}', which is not read back", []);
        }

        if (IsOfPlatform(type))
        {
            return ExaminePlatformType(type);
        }

        if (type.IsAbstract)
        {
            var isPolymorphic = type.HasAttribute("JsonDerivedTypeAttribute") || type.HasAttribute("JsonPolymorphicAttribute");
            return (isPolymorphic ? null : $"is the {(type.TypeKind == TypeKind.Interface ? "interface" : "abstract class")} '{type.Name}', of which nothing can be made", []);
        }

        // a collection of one's own is read element by element
        return (null, type.AllInterfaces.Any(contract => contract.SpecialType == SpecialType.System_Collections_IEnumerable) ? [] : [type]);
    }

    private static (string? Flaw, IEnumerable<INamedTypeSymbol> Objects) ExaminePlatformType(INamedTypeSymbol type)
    {
        var isCollection = type.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal);
        if (isCollection && type.TypeArguments.IsEmpty)
        {
            return ($"is an '{type.Name}', whose elements come back as 'JsonElement'", []);
        }

        if (type is { Name: "Type" or "IntPtr" or "UIntPtr" or "CancellationToken" or "Task" or "ValueTask" or "Lazy" or "Stream" } || (type.TypeKind == TypeKind.Interface && !CollectionInterfaces.Contains(type.MetadataName)))
        {
            return ($"is a '{type.ShortName()}', which is no data", []);
        }

        if (isCollection && type.Name is "Stack" or "ImmutableStack" or "ConcurrentStack")
        {
            return ($"is a '{type.Name}', which comes back in reverse order", []);
        }

        if (isCollection && type.TypeArguments.Length == 2 && !CanBeKey(type.TypeArguments[0]))
        {
            return ($"is a dictionary with keys of '{type.TypeArguments[0].ShortName()}', which cannot be names", []);
        }

        var elements = type.TypeArguments.Select(Examine).ToList();
        return (elements.Select(element => element.Flaw).FirstOrDefault(flaw => flaw is not null) is { } inner ? $"holds what {inner}" : null, elements.SelectMany(element => element.Objects));
    }

    private static bool IsNotReadBack(INamedTypeSymbol type) =>
        type.Inherits("Exception", "System")
        || (IsOfPlatform(type) && type.TypeKind != TypeKind.Interface && (type.ContainingNamespace.ToDisplayString() == "System.Numerics" || NotReadBack.Contains(type.MetadataName)));

    private static bool CanBeKey(ITypeSymbol key) =>
        key is { TypeKind: TypeKind.Enum } or ITypeParameterSymbol
        || key.HasAttribute("JsonConverterAttribute")
        || (IsOfPlatform(key) && (key.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String || KeyTypes.Contains(key.Name)));

    private static bool IsOfPlatform(ITypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));
}

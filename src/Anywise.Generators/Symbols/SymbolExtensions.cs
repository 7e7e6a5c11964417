using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Symbols;

/// <summary>Questions that several rules ask.</summary>
internal static class SymbolExtensions
{
    /// <summary>Where a symbol stands in the code, or the place to tell of one that stands in a referenced assembly.</summary>
    public static Location LocationOr(this ISymbol symbol, Location otherwise) =>
        symbol.Locations.FirstOrDefault(location => location.IsInSource) ?? otherwise;

    public static bool Inherits(this ITypeSymbol? type, string name, string ofNamespace)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.Name == name && type.ContainingNamespace?.ToDisplayString() == ofNamespace)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The type itself or the interface it implements that is looked for.</summary>
    public static INamedTypeSymbol? Contract(this ITypeSymbol type, Func<INamedTypeSymbol, bool> isSought) =>
        type is INamedTypeSymbol named && isSought(named) ? named : type.AllInterfaces.FirstOrDefault(isSought);

    public static bool HasAttribute(this ISymbol symbol, string name) => symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == name);

    /// <summary>The types of a namespace and of those below it, with those inside them.</summary>
    public static IEnumerable<INamedTypeSymbol> AllTypes(this INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(member => member switch
    {
        INamedTypeSymbol type => type.AllTypes().Prepend(type),
        INamespaceSymbol inner => inner.AllTypes(),
        _ => [],
    });

    /// <summary>The name as people write it, such as <c>IQuery&lt;int&gt;</c>.</summary>
    public static string ShortName(this ISymbol symbol) => symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}

using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Symbols;

/// <summary>Which types code in another file of the same assembly can name.</summary>
internal static class Reach
{
    public static bool CanBeNamed(this ITypeSymbol type, Compilation compilation) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.CanBeNamed(compilation),
        INamedTypeSymbol named => compilation.IsSymbolAccessibleWithin(named, compilation.Assembly)
            && !named.IsFileLocal
            && !IsForbidden(named)
            && IsInGlobalAlias(named, compilation)
            && named.TypeArguments.All(argument => argument.CanBeNamed(compilation))
            && (named.ContainingType?.CanBeNamed(compilation) ?? true),
        _ => true,
    };

    /// <summary>Whether the compiler refuses the name with an error, which no pragma can silence.</summary>
    private static bool IsForbidden(INamedTypeSymbol type) => type.GetAttributes().Any(attribute =>
        attribute.AttributeClass is { Name: "ObsoleteAttribute", ContainingNamespace.Name: "System" }
        && attribute.ConstructorArguments.Any(argument => argument.Value is true));

    /// <summary>A reference with an <c>extern alias</c> is not found under <c>global::</c>.</summary>
    private static bool IsInGlobalAlias(INamedTypeSymbol type, Compilation compilation) =>
        compilation.GetMetadataReference(type.ContainingAssembly) is not { Properties.Aliases: { IsEmpty: false } aliases } || aliases.Contains("global");
}

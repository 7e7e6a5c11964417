using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Symbols;

/// <summary>The types of <c>Anywise.Domain</c>, known by their names.</summary>
internal static class DomainSymbols
{
    public static bool IsInDomain(this ISymbol symbol) =>
        symbol.ContainingNamespace is { Name: "Domain", ContainingNamespace: { Name: "Anywise", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>Whether a type is, implements or inherits the type of <c>Anywise.Domain</c> with this metadata name.</summary>
    public static bool IsOrImplements(this ITypeSymbol type, string metadataName) =>
        type.IsDomainType(metadataName) || type.AllInterfaces.Any(contract => contract.IsDomainType(metadataName));

    public static bool IsDomainType(this ITypeSymbol type, string metadataName) => type.MetadataName == metadataName && type.IsInDomain();

    /// <summary>The name that generated code can use wherever it stands.</summary>
    public static string FullName(this ITypeSymbol type) => type.ToDisplayString(FullNameFormat);

    private static readonly SymbolDisplayFormat FullNameFormat = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);
}

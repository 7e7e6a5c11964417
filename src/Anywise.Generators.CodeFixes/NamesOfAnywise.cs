using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Knows where in a file of MediatR a short name, such as <c>ICommand</c>, is or would become something else than is meant.</summary>
internal sealed class NamesOfAnywise(CompilationUnitSyntax root, SemanticModel model)
{
    private readonly INamespaceSymbol? _domain = model.Compilation.GlobalNamespace.GetNamespaceMembers().FirstOrDefault(space => space.Name == "Anywise")
        ?.GetNamespaceMembers().FirstOrDefault(space => space.Name == "Domain");

    public static SimpleNameSyntax NameIn(TypeSyntax type) => type switch
    {
        QualifiedNameSyntax qualified => qualified.Right,
        AliasQualifiedNameSyntax alias => alias.Name,
        _ => (SimpleNameSyntax)type,
    };

    public static IEnumerable<UsingDirectiveSyntax> UsingsOf(CompilationUnitSyntax unit) =>
        unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax).OfType<UsingDirectiveSyntax>();

    public static bool IsOfMediatR(UsingDirectiveSyntax directive) =>
        directive is { Name: { } name, Alias: null, GlobalKeyword.RawKind: 0 } && name.ToString() == "MediatR";

    /// <summary>Whether the new name of a type of MediatR stands for something else there: a type of the own namespace, of another using, or the declared one itself.</summary>
    public bool IsTakenAt(TypeSyntax type, string name) => model.LookupNamespacesAndTypes(type.SpanStart, name: name)
        .Any(found => ArityOf(found) == NameIn(type).Arity && !(found is INamedTypeSymbol && found.IsInDomain()));

    /// <summary>Whether the file uses a name by which an import of Anywise would bring in a second type, or a nearer one.</summary>
    public bool AreTakenByUsings() => root.DescendantNodes(node => node is not UsingDirectiveSyntax)
        .OfType<SimpleNameSyntax>()
        .Where(name => name.Parent is not (QualifiedNameSyntax or AliasQualifiedNameSyntax or MemberAccessExpressionSyntax { Expression: not SimpleNameSyntax }))
        .Any(name => _domain?.GetTypeMembers(name.Identifier.Text, name.Arity).IsEmpty == false && WouldChange(name));

    private bool WouldChange(SimpleNameSyntax name) =>
        model.GetSymbolInfo(name).Symbol is INamedTypeSymbol { ContainingType: null, ContainingNamespace: { } owner } type
        && !type.IsInDomain()
        && owner is not { Name: "MediatR", ContainingNamespace.IsGlobalNamespace: true }
        && !IsNearerThanUsings(owner, name);

    /// <summary>The types of a namespace are found before those that are imported there, or further out.</summary>
    private bool IsNearerThanUsings(INamespaceSymbol owner, SyntaxNode name)
    {
        var importing = UsingsOf(root).FirstOrDefault(IsOfMediatR)?.Parent as BaseNamespaceDeclarationSyntax;
        if (importing is not null && !SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(importing), owner))
        {
            return false;
        }

        var around = model.GetEnclosingSymbol(name.SpanStart);
        while (around is not null && !SymbolEqualityComparer.Default.Equals(around, owner))
        {
            around = around.ContainingSymbol;
        }

        return around is INamespaceSymbol;
    }

    private static int ArityOf(ISymbol symbol) => symbol is INamedTypeSymbol type ? type.Arity : 0;
}

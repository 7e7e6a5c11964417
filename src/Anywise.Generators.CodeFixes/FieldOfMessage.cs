using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Anywise.Generators.CodeFixes;

/// <summary>A field of a message, and the property that it can become.</summary>
internal static class FieldOfMessage
{
    /// <summary>Whether <c>readonly</c> would be too much: callers set it when they make the message, or have to.</summary>
    public static async Task<bool> IsFilledByInitializersAsync(this FieldDeclarationSyntax field, Document document, CancellationToken cancellationToken)
    {
        if (field.Modifiers.Any(SyntaxKind.RequiredKeyword))
        {
            return true;
        }

        var model = (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
        foreach (var variable in field.Declaration.Variables)
        {
            var found = await SymbolFinder.FindReferencesAsync(model.GetDeclaredSymbol(variable, cancellationToken)!, document.Project.Solution, cancellationToken).ConfigureAwait(false);
            foreach (var reference in found.SelectMany(symbol => symbol.Locations))
            {
                var root = await reference.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
                if (root?.FindNode(reference.Location.SourceSpan) is { Parent: AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment } name && assignment.Left == name)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>With <c>get</c> and <c>init</c>, and everything else as it is.</summary>
    public static PropertyDeclarationSyntax AsProperty(this FieldDeclarationSyntax field)
    {
        var variable = field.Declaration.Variables[0];
        var accessors = ((PropertyDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration("int P { get; init; }")!).AccessorList!;
        var property = SyntaxFactory.PropertyDeclaration(field.Declaration.Type, variable.Identifier.WithTrailingTrivia(SyntaxFactory.Space))
            .WithAttributeLists(field.AttributeLists)
            .WithModifiers(field.Modifiers);
        return variable.Initializer is { } initializer
            ? property.WithAccessorList(accessors.WithTrailingTrivia(SyntaxFactory.Space)).WithInitializer(initializer).WithSemicolonToken(field.SemicolonToken)
            : property.WithAccessorList(accessors.WithTrailingTrivia(field.SemicolonToken.TrailingTrivia));
    }
}

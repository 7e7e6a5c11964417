using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Messages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Lets a member of a message be set when the message is made, and not later: <c>init</c>, or <c>readonly</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InitFix))]
[Shared]
internal sealed class InitFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.MutableMessage.Id, Rules.EventIsNotSerializable.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan);
            var (title, mended) = CanMend(diagnostic) ? Mend(node) : default;
            if (mended is { } change && !await context.Document.IsPrescribedAsync(node, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(change.Old, change.New))), equivalenceKey: title),
                    diagnostic);
            }
        }
    }

    /// <summary>An event that does not come back from JSON may have flaws that no <c>init</c> mends.</summary>
    private static bool CanMend(Diagnostic diagnostic) => diagnostic.Id == Rules.MutableMessage.Id
        || (diagnostic.Properties.TryGetValue(JsonFlaw.Kind, out var kind) && kind == JsonFlaw.NothingFills);

    private static (string Title, (SyntaxNode Old, SyntaxNode New)? Change) Mend(SyntaxNode node) => node switch
    {
        PropertyDeclarationSyntax { AccessorList: { } accessors } property => ("Make it 'init'", WithInit(accessors) is { } mended ? (property, property.WithAccessorList(mended)) : null),
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } when !field.Modifiers.Any(SyntaxKind.VolatileKeyword) => ("Make it 'readonly'", (field, field.AddModifiers(ReadOnly()))),
        RecordDeclarationSyntax record when record.IsKind(SyntaxKind.RecordStructDeclaration) => ("Make it a 'readonly record struct'", (record, AsReadOnly(record))),
        _ => ("", null),
    };

    /// <summary>A property that is computed has nothing to set.</summary>
    private static AccessorListSyntax? WithInit(AccessorListSyntax accessors)
    {
        var set = accessors.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.SetAccessorDeclaration));
        var get = accessors.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration));
        if (set is not null)
        {
            var init = SyntaxFactory.AccessorDeclaration(SyntaxKind.InitAccessorDeclaration, set.AttributeLists, default, SyntaxFactory.Token(SyntaxKind.InitKeyword), set.Body, set.ExpressionBody, set.SemicolonToken);
            return accessors.ReplaceNode(set, set.Modifiers.Count == 0 ? init.WithTriviaFrom(set).ReplaceToken(init.Keyword, SyntaxFactory.Token(SyntaxKind.InitKeyword).WithTriviaFrom(set.Keyword)) : init.WithTriviaFrom(set));
        }

        return get is { Body: null, ExpressionBody: null }
            ? accessors.WithAccessors(accessors.Accessors.Add(
                SyntaxFactory.AccessorDeclaration(SyntaxKind.InitAccessorDeclaration).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken)).WithTrailingTrivia(SyntaxFactory.Space)))
            : null;
    }

    private static RecordDeclarationSyntax AsReadOnly(RecordDeclarationSyntax record) => record.Modifiers.Count > 0
        ? record.AddModifiers(ReadOnly())
        : record.WithKeyword(record.Keyword.WithLeadingTrivia()).WithModifiers([ReadOnly().WithLeadingTrivia(record.GetLeadingTrivia())]);

    private static SyntaxToken ReadOnly() => SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space);
}

using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Messages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Lets a member of a message be set when the message is made, and not later: <c>init</c>, or <c>readonly</c>. Not offered where the file changes it later.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InitFix))]
[Shared]
internal sealed class InitFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.MutableMessage.Id, Rules.EventIsNotSerializable.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics.Where(CanMend))
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan);
            if (await MendAsync(context.Document, node, context.CancellationToken).ConfigureAwait(false) is var (title, old, @new)
                && root.ReplaceNode(old, @new) is var mended
                && model.Try(mended, model.GetDeclaredSymbol(node, context.CancellationToken), context.CancellationToken) is not null
                && !await context.Document.IsPrescribedAsync(node, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), equivalenceKey: title), diagnostic);
            }
        }
    }

    /// <summary>An event that does not come back from JSON may have flaws that no <c>init</c> mends.</summary>
    private static bool CanMend(Diagnostic diagnostic) => diagnostic.Id == Rules.MutableMessage.Id
        || (diagnostic.Properties.TryGetValue(JsonFlaw.Kind, out var kind) && kind == JsonFlaw.NothingFills);

    private static async Task<(string Title, SyntaxNode Old, SyntaxNode New)?> MendAsync(Document document, SyntaxNode node, CancellationToken cancellationToken) => node switch
    {
        PropertyDeclarationSyntax { AccessorList: { } accessors } property when WithInit(accessors) is { } mended => ("Make it 'init'", property, property.WithAccessorList(mended)),
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax field } when !await field.IsFilledByInitializersAsync(document, cancellationToken).ConfigureAwait(false) =>
            ("Make it 'readonly'", field, field.AddModifiers(ReadOnly())),
        VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax { Declaration.Variables.Count: 1 } field } => ("Make it a property with 'init'", field, field.AsProperty()),
        RecordDeclarationSyntax record when record.IsKind(SyntaxKind.RecordStructDeclaration) => ("Make it a 'readonly record struct'", record, AsReadOnly(record)),
        _ => null,
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

    /// <summary>The keyword stands before <c>partial</c>, which has to be the last.</summary>
    private static RecordDeclarationSyntax AsReadOnly(RecordDeclarationSyntax record)
    {
        var partial = record.Modifiers.IndexOf(SyntaxKind.PartialKeyword);
        var next = partial < 0 ? record.Keyword : record.Modifiers[partial];
        var bare = record.ReplaceToken(next, next.WithLeadingTrivia());
        return bare.WithModifiers(bare.Modifiers.Insert(partial < 0 ? bare.Modifiers.Count : partial, ReadOnly().WithLeadingTrivia(next.LeadingTrivia)));
    }

    private static SyntaxToken ReadOnly() => SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space);
}

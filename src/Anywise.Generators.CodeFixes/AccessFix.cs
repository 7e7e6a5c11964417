using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Registration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Lets the container reach the constructor of a handler, and generated code its class.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AccessFix))]
[Shared]
internal sealed class AccessFix : CodeFixProvider
{
    private static readonly SyntaxAnnotation Opened = new();

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NoPublicConstructor.Id, Rules.NotInList.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root.FindNode(diagnostic.Location.SourceSpan) is TypeDeclarationSyntax type
                && Mend(type, diagnostic.Id) is var (title, hidden, access)
                && root.ReplaceNode(hidden, WithAccess(hidden, access).WithAdditionalAnnotations(Opened)) is var mended
                && IsEnough(mended, type, model, context.CancellationToken))
            {
                context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), equivalenceKey: title), diagnostic);
            }
        }
    }

    /// <summary>Not where something else stays hidden: of a class what surrounds it, its messages or its base class; of a constructor a parameter.</summary>
    private static bool IsEnough(SyntaxNode mended, TypeDeclarationSyntax type, SemanticModel model, CancellationToken cancellationToken) =>
        model.Try(mended, model.GetDeclaredSymbol(type, cancellationToken), cancellationToken) is { } tried
        && tried.SyntaxTree.GetRoot(cancellationToken).GetAnnotatedNodes(Opened).Single() is var opened
        && (opened is not TypeDeclarationSyntax || HandlerEntry.Of((INamedTypeSymbol)tried.GetDeclaredSymbol(opened, cancellationToken)!, tried.Compilation) is not { CanBeNamed: false });

    /// <summary>Null where it does not follow from the class what is meant: which of several constructors, or how to name what the class is hidden by.</summary>
    private static (string Title, MemberDeclarationSyntax Hidden, SyntaxKind Access)? Mend(TypeDeclarationSyntax type, string rule)
    {
        if (rule == Rules.NotInList.Id)
        {
            return IsHidden(type) ? ("Make it 'internal'", type, SyntaxKind.InternalKeyword) : null;
        }

        var constructors = type.Members.OfType<ConstructorDeclarationSyntax>().Where(constructor => !constructor.Modifiers.Any(SyntaxKind.StaticKeyword)).ToList();
        return constructors.Count == 1 ? ("Make its constructor 'public'", constructors[0], SyntaxKind.PublicKeyword) : null;
    }

    /// <summary>By itself: private, which is what a nested class is that says nothing, or local to its file.</summary>
    private static bool IsHidden(TypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PrivateKeyword)
        || type.Modifiers.Any(SyntaxKind.FileKeyword)
        || (type.Parent is TypeDeclarationSyntax && !type.Modifiers.Any(modifier => IsAccess(modifier)));

    private static MemberDeclarationSyntax WithAccess(MemberDeclarationSyntax member, SyntaxKind access)
    {
        var leading = member.GetLeadingTrivia();
        var bare = member.WithLeadingTrivia();
        return bare
            .WithModifiers([SyntaxFactory.Token(access).WithTrailingTrivia(SyntaxFactory.Space), .. bare.Modifiers.Where(modifier => !IsAccess(modifier))])
            .WithLeadingTrivia(leading);
    }

    private static bool IsAccess(SyntaxToken modifier) => modifier.Kind()
        is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.FileKeyword;
}

using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Sending;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Anywise.Generators.CodeFixes;

/// <summary>Awaits what is sent, in a method that returns a <c>Task</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitFix))]
[Shared]
internal sealed class AwaitFix : CodeFixProvider
{
    private const string Title = "Await it";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NotAwaited.Id];

    /// <summary>None: two sends in one method would change its head twice.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            var call = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Mend(root, call, diagnostic) is { } mended && await CanAwaitAsync(context.Document, call, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), equivalenceKey: Title), diagnostic);
            }
        }
    }

    /// <summary>Null where an <c>await</c> would change what others see: in a lambda, a constructor, an override, or after <c>?.</c></summary>
    private static SyntaxNode? Mend(SyntaxNode root, SyntaxNode call, Diagnostic diagnostic)
    {
        var function = FunctionAround(call);
        if (diagnostic.Properties.ContainsKey(UnawaitedSendAnalyzer.IsAsyncVoid))
        {
            return ReturnsVoid(function) ? root.ReplaceNode(function!, ReturningTask(function!)) : null;
        }

        if (ThrownAway(call) is not var (thrownAway, awaited) || thrownAway.DescendantNodesAndSelf().Any(node => node is ConditionalAccessExpressionSyntax))
        {
            return null;
        }

        return IsAsync(function) && ReturnsVoid(function) ? root.ReplaceNode(function!, ReturningTask(function!.ReplaceNode(thrownAway, awaited)))
            : function is null || IsAsync(function) ? root.ReplaceNode(thrownAway, awaited)
            : ReturnsVoid(function) ? root.ReplaceNode(function, Async(ReturningTask(function.ReplaceNode(thrownAway, awaited))))
            : null;
    }

    private static SyntaxNode? FunctionAround(SyntaxNode call) => call.Ancestors().FirstOrDefault(IsFunction);

    private static bool IsFunction(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax;

    /// <summary>False where an <c>await</c> would not compile: inside of a lock, in a method that an interface prescribes, or that takes what cannot outlive a call.</summary>
    private static async Task<bool> CanAwaitAsync(Document document, SyntaxNode call, CancellationToken cancellationToken)
    {
        if (call.Ancestors().TakeWhile(node => !IsFunction(node)).Any(node => node is LockStatementSyntax))
        {
            return false;
        }

        var function = FunctionAround(call);
        if (function is null || (IsAsync(function) && !ReturnsVoid(function)))
        {
            return true; // its head stays as it is
        }

        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return model!.GetDeclaredSymbol(function, cancellationToken) is IMethodSymbol method
            && method.Parameters.All(parameter => parameter.RefKind == RefKind.None && !parameter.Type.IsRefLikeType)
            && !await document.IsPrescribedAsync(function, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What stands there, and what shall: the whole expression whose value nobody takes, or the local that nobody looks at.</summary>
    private static (SyntaxNode ThrownAway, SyntaxNode Awaited)? ThrownAway(SyntaxNode call)
    {
        var whole = call.AncestorsAndSelf()
            .TakeWhile(node => node is ArgumentSyntax or ArgumentListSyntax or ExpressionSyntax and not (AwaitExpressionSyntax or AnonymousFunctionExpressionSyntax))
            .OfType<ExpressionSyntax>()
            .Last();
        return whole.Parent switch
        {
            ExpressionStatementSyntax or ArrowExpressionClauseSyntax when WithoutDiscard(whole) is { } value => (whole, Await(value).WithTriviaFrom(whole)),
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax local } kept } when IsOnlyDeclared(local, kept) =>
                (local, SyntaxFactory.ExpressionStatement(Await(whole)).WithTriviaFrom(local)),
            _ => null,
        };
    }

    /// <summary>Null where it is given to something that has a name.</summary>
    private static ExpressionSyntax? WithoutDiscard(ExpressionSyntax whole) => whole switch
    {
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.Text: "_" } } discard => discard.Right,
        AssignmentExpressionSyntax => null,
        _ => whole,
    };

    /// <summary>Searched where the local can be named: beyond the section of a <c>switch</c>, and in all statements of a program.</summary>
    private static bool IsOnlyDeclared(LocalDeclarationStatementSyntax local, VariableDeclaratorSyntax kept) =>
        local.Declaration.Variables.Count == 1
        && local.UsingKeyword.IsKind(SyntaxKind.None)
        && !local.Ancestors().First(node => node is BlockSyntax or CompilationUnitSyntax).DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == kept.Identifier.Text);

    private static AwaitExpressionSyntax Await(ExpressionSyntax task) =>
        SyntaxFactory.AwaitExpression(SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), task.WithoutTrivia());

    private static bool IsAsync(SyntaxNode? function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    private static bool ReturnsVoid(SyntaxNode? function) => function switch
    {
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => IsVoid(method.ReturnType) && !method.Modifiers.Any(SyntaxKind.OverrideKeyword),
        LocalFunctionStatementSyntax local => IsVoid(local.ReturnType),
        _ => false,
    };

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static SyntaxNode ReturningTask(SyntaxNode function)
    {
        var task = SyntaxFactory.ParseTypeName("System.Threading.Tasks.Task").WithAdditionalAnnotations(Simplifier.Annotation);
        return function switch
        {
            MethodDeclarationSyntax method => method.WithReturnType(task.WithTriviaFrom(method.ReturnType)),
            LocalFunctionStatementSyntax local => local.WithReturnType(task.WithTriviaFrom(local.ReturnType)),
            _ => function,
        };
    }

    /// <summary>The keyword takes the place, and the trivia, of the return type.</summary>
    private static SyntaxNode Async(SyntaxNode function)
    {
        var keyword = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return function switch
        {
            MethodDeclarationSyntax method => method.WithReturnType(method.ReturnType.WithLeadingTrivia()).AddModifiers(keyword.WithLeadingTrivia(method.ReturnType.GetLeadingTrivia())),
            LocalFunctionStatementSyntax local => local.WithReturnType(local.ReturnType.WithLeadingTrivia()).AddModifiers(keyword.WithLeadingTrivia(local.ReturnType.GetLeadingTrivia())),
            _ => function,
        };
    }
}

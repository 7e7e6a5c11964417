using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Sending;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Awaits what is sent, in a method that returns a <c>Task</c>, or is a handler of a .NET event.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AwaitFix))]
[Shared]
internal sealed class AwaitFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.NotAwaited.Id];

    /// <summary>None: two sends in one method would change its head twice.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            var call = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            var function = new FunctionThatSends(call, model);
            var (title, mended) = diagnostic.Properties.ContainsKey(UnawaitedSendAnalyzer.IsAsyncVoid)
                ? ("Return 'Task'", function.ReturnsVoid ? root.ReplaceNode(function.Syntax!, function.Awaiting(function.Syntax!)) : null)
                : ("Await it", function.CanWait ? Mend(root, call, function) : null);
            if (mended is not null && await function.CanChangeItsHeadAsync(context.Document, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), equivalenceKey: title), diagnostic);
            }
        }
    }

    /// <summary>Null where an <c>await</c> would change what others see: in a lambda, a constructor, an override, or after <c>?.</c></summary>
    private static SyntaxNode? Mend(SyntaxNode root, SyntaxNode call, FunctionThatSends function)
    {
        if (ThrownAway(call) is not var (thrownAway, awaited) || thrownAway.DescendantNodesAndSelf().Any(node => node is ConditionalAccessExpressionSyntax))
        {
            return null;
        }

        return function.ReturnsVoid ? root.ReplaceNode(function.Syntax!, function.Awaiting(function.Syntax!.ReplaceNode(thrownAway, awaited)))
            : function.Syntax is null || function.IsAsync ? root.ReplaceNode(thrownAway, awaited)
            : null;
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
}

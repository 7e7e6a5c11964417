using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Anywise.Generators.CodeFixes;

/// <summary>Takes a save out of a before-commit handler where the save under way does its work: where it is one of the unit of work that is given.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NoSaveFix))]
[Shared]
internal sealed class NoSaveFix : CodeFixProvider
{
    private const string Title = "Leave it to the save under way";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.SaveInBeforeCommitHandler.Id];

    /// <summary>None: which save is the last to be awaited changes with each that is taken out.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is InvocationExpressionSyntax call
                && Statement(call) is { } statement
                && SavesWhatIsGiven(call, model)
                && Without(root, statement, model) is { } mended)
            {
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(mended)), equivalenceKey: Title), diagnostic);
            }
        }
    }

    /// <summary>The statement that does nothing else; of a savepoint, a later line may depend on it.</summary>
    private static ExpressionStatementSyntax? Statement(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.Text: "SaveChanges" or "SaveChangesAsync" or "CommitAsync" })
        {
            return null;
        }

        var whole = call.Ancestors().First(node => node is not (AwaitExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" }
            or InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } }));
        return whole is ExpressionStatementSyntax { Parent: BlockSyntax } statement ? statement : null;
    }

    /// <summary>Not a context of its own: what was changed there would be lost. A local that is used before it is declared, as in code that is being typed, is given nothing.</summary>
    private static bool SavesWhatIsGiven(ExpressionSyntax expression, SemanticModel model)
    {
        while (expression is InvocationExpressionSyntax or MemberAccessExpressionSyntax)
        {
            expression = expression is InvocationExpressionSyntax call ? call.Expression : ((MemberAccessExpressionSyntax)expression).Expression;
        }

        return expression is IdentifierNameSyntax && model.GetSymbolInfo(expression).Symbol switch
        {
            IParameterSymbol { Type.Name: "IUnitOfWork", ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary } } => true,
            ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } declared } =>
                declared[0].GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } declarator
                && declarator.Span.End <= expression.SpanStart
                && SavesWhatIsGiven(value, model),
            _ => false,
        };
    }

    /// <summary>A method that awaits nothing more is no longer <c>async</c>; null where it would have to return in several places, or what only <c>async</c> makes.</summary>
    private static SyntaxNode? Without(SyntaxNode root, ExpressionStatementSyntax statement, SemanticModel model)
    {
        var function = statement.Ancestors().First(node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax);
        if (statement.Expression is not AwaitExpressionSyntax || AwaitsBesides(statement, function))
        {
            return root.RemoveNode(statement, SyntaxRemoveOptions.KeepUnbalancedDirectives);
        }

        if (function is not MethodDeclarationSyntax { Body: { } body } method
            || body.Statements.Last() != statement
            || function.DescendantNodes(node => IsOwn(node, function)).Any(node => node is ReturnStatementSyntax)
            || Done(model.GetDeclaredSymbol(method)!.ReturnType) is not { } done)
        {
            return null;
        }

        var returned = SyntaxFactory.ReturnStatement(done.WithLeadingTrivia(SyntaxFactory.Space));
        return root.ReplaceNode(method, WithoutAsync(method.WithBody(body.ReplaceNode(statement, returned.WithTriviaFrom(statement)))));
    }

    /// <summary>What stands before the keyword, such as the comment of the method, stands before what follows it.</summary>
    private static MethodDeclarationSyntax WithoutAsync(MethodDeclarationSyntax method)
    {
        var async = method.Modifiers.IndexOf(SyntaxKind.AsyncKeyword);
        var next = method.Modifiers[async].GetNextToken();
        var moved = method.ReplaceToken(next, next.WithLeadingTrivia(method.Modifiers[async].LeadingTrivia.AddRange(next.LeadingTrivia)));
        return moved.WithModifiers(moved.Modifiers.RemoveAt(async));
    }

    /// <summary>By the keyword, which <c>await foreach</c> and <c>await using</c> have, too.</summary>
    private static bool AwaitsBesides(StatementSyntax statement, SyntaxNode function) =>
        function.DescendantTokens(node => node != statement && IsOwn(node, function)).Any(token => token.IsKind(SyntaxKind.AwaitKeyword));

    /// <summary>Whether it belongs to a function, and not to one inside of it.</summary>
    private static bool IsOwn(SyntaxNode node, SyntaxNode function) =>
        node == function || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    /// <summary>What a method returns that has nothing left to do; the default of a <c>Task</c> would be null.</summary>
    private static ExpressionSyntax? Done(ITypeSymbol returned) => returned.ToDisplayString() switch
    {
        "System.Threading.Tasks.ValueTask" => SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression),
        "System.Threading.Tasks.Task" => SyntaxFactory.ParseExpression("System.Threading.Tasks.Task.CompletedTask").WithAdditionalAnnotations(Simplifier.Annotation),
        _ => null,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>The method of a handler: from <c>Task Handle</c> to <c>ValueTask HandleAsync</c>.</summary>
internal static class HandlerMethod
{
    public static MethodDeclarationSyntax Migrate(MethodDeclarationSyntax method)
    {
        var result = (NameOf(method.ReturnType) as GenericNameSyntax)?.TypeArgumentList;
        var migrated = method.Modifiers.Any(SyntaxKind.AsyncKeyword) ? method : method.ReplaceNodes(Returned(method), (_, returned) => AsValueTask(returned, result));
        return migrated
            .WithReturnType(WithName(migrated.ReturnType, "ValueTask"))
            .WithIdentifier(SyntaxFactory.Identifier("HandleAsync").WithTriviaFrom(method.Identifier));
    }

    /// <summary>The expressions that the method returns; not those of the functions inside it.</summary>
    private static IEnumerable<ExpressionSyntax> Returned(MethodDeclarationSyntax method)
    {
        if (method.ExpressionBody is { Expression: not ThrowExpressionSyntax } arrow)
        {
            return [arrow.Expression];
        }

        return method.Body?.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<ReturnStatementSyntax>()
            .Select(statement => statement.Expression)
            .OfType<ExpressionSyntax>() ?? [];
    }

    private static ExpressionSyntax AsValueTask(ExpressionSyntax task, TypeArgumentListSyntax? result) => task switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.Text: "CompletedTask", Expression: var type } property when IsTask(type) =>
            property.WithExpression(WithName(type, "ValueTask")),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "FromResult" or "FromCanceled" or "FromException", Expression: var type } method } call when IsTask(type) =>
            call.WithExpression(method.WithExpression(WithName(type, "ValueTask"))),
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.DefaultLiteralExpression } => task,
        _ => SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            result is null ? SyntaxFactory.IdentifierName("ValueTask") : SyntaxFactory.GenericName(SyntaxFactory.Identifier("ValueTask"), result.WithoutTrivia()),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(task.WithoutTrivia()))),
            initializer: null).WithTriviaFrom(task),
    };

    private static bool IsTask(ExpressionSyntax type) => NameOf(type)?.Identifier.Text == "Task";

    private static SimpleNameSyntax? NameOf(ExpressionSyntax type) => type switch
    {
        SimpleNameSyntax name => name,
        QualifiedNameSyntax qualified => qualified.Right,
        MemberAccessExpressionSyntax member => member.Name,
        _ => null,
    };

    private static T WithName<T>(T type, string name) where T : ExpressionSyntax => NameOf(type) is { } old
        ? type.ReplaceNode(old, old.WithIdentifier(SyntaxFactory.Identifier(name).WithTriviaFrom(old.Identifier)))
        : type;
}

using Anywise.Generators.Sending;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;
using Microsoft.CodeAnalysis.Simplification;

namespace Anywise.Generators.CodeFixes;

/// <summary>The function around a send: whether it can wait for it, and what becomes of its head.</summary>
internal sealed class FunctionThatSends(SyntaxNode call, SemanticModel model)
{
    /// <summary>Null in the statements of a program.</summary>
    public SyntaxNode? Syntax { get; } = call.Ancestors().FirstOrDefault(IsFunction);

    public bool IsAsync => Syntax switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
        { } function => ModifiersOf(function).Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    public bool ReturnsVoid => Syntax switch
    {
        MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => IsVoid(method.ReturnType) && !method.Modifiers.Any(SyntaxKind.OverrideKeyword),
        LocalFunctionStatementSyntax local => IsVoid(local.ReturnType),
        _ => false,
    };

    /// <summary>False inside of a lock, and where something lives on the stack that an <c>await</c> could not keep.</summary>
    public bool CanWait => !call.Ancestors().TakeWhile(node => !IsFunction(node)).Any(node => node is LockStatementSyntax)
        && !(Syntax ?? model.SyntaxTree.GetRoot()).DescendantNodes(IsOwn).Any(LivesOnTheStack);

    private bool IsEventHandler => Symbol is { } method && UnawaitedSendAnalyzer.IsEventHandler(method);

    private IMethodSymbol? Symbol => Syntax is null ? null : model.GetDeclaredSymbol(Syntax) as IMethodSymbol;

    /// <summary>The function, or what has become of its body, with the head that lets others wait for it, if it is no event handler.</summary>
    public SyntaxNode Awaiting(SyntaxNode function)
    {
        var returning = IsEventHandler ? function : ReturningTask(function);
        return IsAsync ? returning : Async(returning);
    }

    /// <summary>False where an interface or another part prescribes the head, where something takes the function as it is, or a parameter cannot outlive a call.</summary>
    public async Task<bool> CanChangeItsHeadAsync(Document document, CancellationToken cancellationToken) =>
        !ReturnsVoid
        || (Symbol is { IsPartialDefinition: false, PartialDefinitionPart: null } method
            && method.Parameters.All(parameter => parameter.RefKind == RefKind.None && !parameter.Type.IsRefLikeType)
            && !await document.IsPrescribedAsync(Syntax!, cancellationToken).ConfigureAwait(false)
            && (IsEventHandler || await IsOnlyCalledAsync(method, document.Project.Solution, cancellationToken).ConfigureAwait(false)));

    private static async Task<bool> IsOnlyCalledAsync(IMethodSymbol method, Solution solution, CancellationToken cancellationToken)
    {
        var found = await SymbolFinder.FindReferencesAsync(method, solution, cancellationToken).ConfigureAwait(false);
        foreach (var reference in found.SelectMany(symbol => symbol.Locations))
        {
            var root = await reference.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            if (root!.FindNode(reference.Location.SourceSpan, findInsideTrivia: true, getInnermostNodeForTie: true) is var name && !IsCalled(name) && !IsOnlyNamed(name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsCalled(SyntaxNode name)
    {
        var whole = name.Parent is MemberBindingExpressionSyntax || (name.Parent is MemberAccessExpressionSyntax member && member.Name == name) ? name.Parent : name;
        return whole.Parent is InvocationExpressionSyntax invocation && invocation.Expression == whole;
    }

    private static bool IsOnlyNamed(SyntaxNode name) =>
        name.AncestorsAndSelf().Any(node => node is CrefSyntax or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } });

    /// <summary>A span or the like, a reference to what is elsewhere, or a loop over a span.</summary>
    private bool LivesOnTheStack(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax or SingleVariableDesignationSyntax => model.GetDeclaredSymbol(node) is ILocalSymbol local && (local.IsRef || local.Type.IsRefLikeType),
        CommonForEachStatementSyntax loop => model.GetForEachStatementInfo(loop).GetEnumeratorMethod?.ReturnType.IsRefLikeType == true,
        _ => false,
    };

    private bool IsOwn(SyntaxNode node) => node == Syntax || !(IsFunction(node) || node is BaseTypeDeclarationSyntax);

    private static bool IsFunction(SyntaxNode node) => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax or AccessorDeclarationSyntax;

    private static SyntaxTokenList ModifiersOf(SyntaxNode function) => function switch
    {
        MethodDeclarationSyntax method => method.Modifiers,
        LocalFunctionStatementSyntax local => local.Modifiers,
        _ => [],
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

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Migration;

/// <summary>Finds the messages and handlers of MediatR, for those who move from it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class MediatRAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.MediatRNotification, Rules.MediatRNotificationHandler, Rules.MediatRRequest, Rules.MediatRRequestHandler];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.SimpleBaseType);
    }

    private static void Check(SyntaxNodeAnalysisContext context)
    {
        var syntax = (SimpleBaseTypeSyntax)context.Node;
        if (syntax.Parent?.Parent is TypeDeclarationSyntax type
            && ContractAt(syntax.Type, context.SemanticModel) is { } contract
            && RuleOf(contract) is { } rule)
        {
            context.ReportDiagnostic(Diagnostic.Create(rule, syntax.GetLocation(), type.Identifier.Text));
        }
    }

    /// <summary>The type of MediatR that a base type names; also where Anywise is imported and has one of the same name, such as <c>IRequest&lt;T&gt;</c>.</summary>
    public static INamedTypeSymbol? ContractAt(TypeSyntax type, SemanticModel model)
    {
        var info = model.GetSymbolInfo(type);
        var candidates = info.CandidateReason == CandidateReason.Ambiguous ? info.CandidateSymbols : [info.Symbol!];
        return candidates.OfType<INamedTypeSymbol>().FirstOrDefault(
            candidate => candidate.ContainingNamespace is { Name: "MediatR", ContainingNamespace.IsGlobalNamespace: true });
    }

    private static DiagnosticDescriptor? RuleOf(INamedTypeSymbol contract) => contract.MetadataName switch
    {
        "INotification" => Rules.MediatRNotification,
        "INotificationHandler`1" => Rules.MediatRNotificationHandler,
        "IRequest" or "IRequest`1" => Rules.MediatRRequest,
        "IRequestHandler`1" or "IRequestHandler`2" => Rules.MediatRRequestHandler,
        _ => null,
    };
}

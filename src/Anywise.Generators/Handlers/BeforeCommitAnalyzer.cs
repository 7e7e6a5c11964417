using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Anywise.Generators.Handlers;

/// <summary>A before-commit handler works through the unit of work that is being saved: no context of its own, no save.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BeforeCommitAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.InjectedContext, Rules.SaveInBeforeCommitHandler];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(CheckConstructors, SymbolKind.NamedType);
        context.RegisterOperationAction(CheckCall, OperationKind.Invocation);
    }

    private static void CheckConstructors(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!IsBeforeCommitHandler(type))
        {
            return;
        }

        foreach (var parameter in type.InstanceConstructors.SelectMany(constructor => constructor.Parameters).Where(parameter => IsContext(parameter.Type)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.InjectedContext, parameter.LocationOr(type.Locations[0]), type.Name, parameter.Type.Name));
        }
    }

    private static void CheckCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is "SaveChanges" or "SaveChangesAsync"
            && IsContext(call.Instance?.Type)
            && context.ContainingSymbol.ContainingType is { } type
            && IsBeforeCommitHandler(type))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.SaveInBeforeCommitHandler, call.Syntax.GetLocation(), type.Name, call.TargetMethod.Name));
        }
    }

    private static bool IsBeforeCommitHandler(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Class && HandlerContract.Of(type).Any(contract => contract.Kind == HandlerKind.BeforeCommit);

    private static bool IsContext(ITypeSymbol? type) => type.Inherits("DbContext", "Microsoft.EntityFrameworkCore");
}

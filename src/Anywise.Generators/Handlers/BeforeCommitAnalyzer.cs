using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Anywise.Generators.Handlers;

/// <summary>A before-commit handler works through the unit of work that is being saved: no context, repository or unit of work of its own, no save.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BeforeCommitAnalyzer : DiagnosticAnalyzer
{
    private const string EfCore = "Microsoft.EntityFrameworkCore";

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

        foreach (var parameter in type.InstanceConstructors.SelectMany(constructor => constructor.Parameters))
        {
            if (InsteadOf(parameter.Type) is { } instead)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.InjectedContext, parameter.LocationOr(type.Locations[0]), type.Name, parameter.Type.ShortName(), instead));
            }
        }
    }

    /// <summary>What of the save under way takes the place of a service that belongs to the scope of the handler; null where there is no such thing.</summary>
    private static string? InsteadOf(ITypeSymbol service) =>
        IsContext(service) ? $"'unitOfWork.GetContext<{service.ShortName()}>()'"
        : service.Contract(type => type is { MetadataName: "IDbContextFactory`1" } && type.ContainingNamespace.ToDisplayString() == EfCore) is { } factory ? $"'unitOfWork.GetContext<{factory.TypeArguments[0].ShortName()}>()'"
        : service.Contract(type => type.IsDomainType("IRepository`2")) is { TypeArguments: var types }
            ? $"'unitOfWork.GetRepository<{types[0].ShortName()}, {types[1].ShortName()}>()'"
        : IsUnitOfWork(service) ? "the 'IUnitOfWork' that 'HandleAsync' is given"
        : null;

    private static void CheckCall(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsSave(call) && context.ContainingSymbol.ContainingType is { } type && IsBeforeCommitHandler(type) && !IsOtherHandler(context.ContainingSymbol, type))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.SaveInBeforeCommitHandler, call.Syntax.GetLocation(), type.Name, call.TargetMethod.Name));
        }
    }

    /// <summary>What the save under way refuses, or what saves beside it.</summary>
    private static bool IsSave(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "SaveChanges" or "SaveChangesAsync" => IsContext(call.Instance?.Type),
        "CommitAsync" or "CreateSavepointAsync" or "RollbackToSavepointAsync" => call.Instance?.Type is { } type && IsUnitOfWork(type),
        _ => false,
    };

    /// <summary>Whether a method of the class handles something that is no save: an event after its commit, a command, a query.</summary>
    private static bool IsOtherHandler(ISymbol method, INamedTypeSymbol type) => HandlerContract.Of(type)
        .Where(contract => contract.Kind != HandlerKind.BeforeCommit)
        .SelectMany(contract => contract.Interface.GetMembers())
        .Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method));

    private static bool IsBeforeCommitHandler(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Class && HandlerContract.Of(type).Any(contract => contract.Kind == HandlerKind.BeforeCommit);

    private static bool IsContext(ITypeSymbol? type) => type.Inherits("DbContext", EfCore);

    private static bool IsUnitOfWork(ITypeSymbol type) => type.IsOrImplements("IUnitOfWork");
}

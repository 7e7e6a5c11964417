using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Handlers;

/// <summary>A container can make each handler: it has a public constructor, and one whose parameters can be services.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class HandlerConstructionAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NoPublicConstructor, Rules.ParameterIsNoService];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!HandlerContract.CanBeRegistered(type) || HandlerContract.Of(type).IsEmpty)
        {
            return;
        }

        var constructors = type.InstanceConstructors.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public).ToList();
        if (constructors.Count == 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoPublicConstructor, type.Locations[0], type.Name));
        }
        else if (constructors.All(constructor => constructor.Parameters.Any(IsNoService)))
        {
            var parameter = constructors[0].Parameters.First(IsNoService);
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.ParameterIsNoService, parameter.LocationOr(type.Locations[0]), type.Name, parameter.Name, parameter.Type.ShortName()));
        }
    }

    /// <summary>A value or a text without a default, unless an attribute says where it comes from, such as <c>[FromKeyedServices]</c>.</summary>
    private static bool IsNoService(IParameterSymbol parameter) =>
        (parameter.Type.IsValueType || parameter.Type.SpecialType == SpecialType.System_String)
        && !parameter.HasExplicitDefaultValue
        && parameter.GetAttributes().IsEmpty;
}

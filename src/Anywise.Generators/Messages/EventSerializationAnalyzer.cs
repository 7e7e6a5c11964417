using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Messages;

/// <summary>An event that is stored as JSON comes back as it was.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class EventSerializationAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableDictionary<string, string?> LacksInit = ImmutableDictionary<string, string?>.Empty.Add(JsonFlaw.Kind, JsonFlaw.NothingFills);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.EventIsNotSerializable];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type is not { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false } || !type.IsOrImplements("IEvent"))
        {
            return;
        }

        foreach (var flaw in new JsonRoundTrip().FlawsOf(type))
        {
            var isOwn = SymbolEqualityComparer.Default.Equals(flaw.Where.ContainingType, type);
            var where = isOwn ? flaw.Where.LocationOr(type.Locations[0]) : type.Locations[0];
            var kind = isOwn && flaw.LacksInit ? LacksInit : ImmutableDictionary<string, string?>.Empty;
            context.ReportDiagnostic(Diagnostic.Create(Rules.EventIsNotSerializable, where, kind, type.Name, flaw.What, flaw.Remedy));
        }
    }
}

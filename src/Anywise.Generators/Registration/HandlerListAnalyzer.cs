using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Registration;

/// <summary>Tells of handlers that the generated list cannot hold, so that none is missing in silence.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class HandlerListAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NotInList, Rules.MadeByGenerator];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            var entries = new ConcurrentBag<(HandlerEntry Entry, INamedTypeSymbol Type)>();
            start.RegisterSymbolAction(
                symbol =>
                {
                    if (HandlerEntry.Of((INamedTypeSymbol)symbol.Symbol, symbol.Compilation) is { } entry)
                    {
                        entries.Add((entry, (INamedTypeSymbol)symbol.Symbol));
                        ReportUnnameable(symbol, entry);
                    }
                },
                SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => ReportMissing(end, entries));
        });
    }

    /// <summary>A warning where the code is to be compiled ahead of time, because the application would not start.</summary>
    private static void ReportUnnameable(SymbolAnalysisContext context, HandlerEntry entry)
    {
        if (entry.CanBeNamed)
        {
            return;
        }

        var isAheadOfTime = context.Options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue("build_property.EnableAotAnalyzer", out var value)
            && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.NotInList,
            context.Symbol.Locations[0],
            isAheadOfTime ? DiagnosticSeverity.Warning : Rules.NotInList.DefaultSeverity,
            additionalLocations: null,
            properties: null,
            context.Symbol.Name));
    }

    /// <summary>A generator does not see what other generators write; an analyzer sees both.</summary>
    private static void ReportMissing(CompilationAnalysisContext end, IEnumerable<(HandlerEntry Entry, INamedTypeSymbol Type)> entries)
    {
        var list = end.Compilation.SyntaxTrees
            .FirstOrDefault(tree => Path.GetFileName(tree.FilePath) == HandlerList.FileName)
            ?.GetText(end.CancellationToken).ToString();
        if (list is null)
        {
            return;
        }

        foreach (var (_, type) in entries.Where(found => !list.Contains(found.Entry.Calls)))
        {
            end.ReportDiagnostic(Diagnostic.Create(Rules.MadeByGenerator, type.Locations[0], type.Name));
        }
    }
}

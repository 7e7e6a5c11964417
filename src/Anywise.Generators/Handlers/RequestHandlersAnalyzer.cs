using System.Collections.Concurrent;
using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Anywise.Generators.Handlers;

/// <summary>Each command and query has exactly one handler in the application: the compilation that calls <c>AddAnywise</c>, and what it references.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class RequestHandlersAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.NoHandler, Rules.TwoHandlers];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.RegisterCompilationStartAction(start =>
        {
            var types = new ConcurrentBag<INamedTypeSymbol>();
            var calls = new ConcurrentBag<Location>();
            start.RegisterSymbolAction(symbol => types.Add((INamedTypeSymbol)symbol.Symbol), SymbolKind.NamedType);
            start.RegisterOperationAction(operation => Note((IInvocationOperation)operation.Operation, types, calls), OperationKind.Invocation);
            start.RegisterCompilationEndAction(end => Report(end, types, calls));
        });
    }

    /// <summary>Notes where Anywise is registered, and generic handlers, which are registered one by one.</summary>
    private static void Note(IInvocationOperation invocation, ConcurrentBag<INamedTypeSymbol> types, ConcurrentBag<Location> calls)
    {
        switch (invocation.TargetMethod)
        {
            case { Name: "AddAnywise" or "AddAnywiseDispatcher", ContainingType.Name: "AnywiseServiceCollectionExtensions" }:
                calls.Add(invocation.Syntax.GetLocation());
                break;
            case { Name: "AddHandler", ContainingType.Name: "AnywiseBuilder", TypeArguments: var arguments } when arguments.FirstOrDefault() is INamedTypeSymbol { IsGenericType: true } handler:
                types.Add(handler);
                break;
        }
    }

    private static void Report(CompilationAnalysisContext end, ConcurrentBag<INamedTypeSymbol> types, ConcurrentBag<Location> calls)
    {
        var call = calls.OrderBy(location => location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(location => location.SourceSpan.Start).FirstOrDefault();
        var all = call is null ? types.ToList() : [.. types, .. TypesOfReferences(end.Compilation)];
        var handlers = HandlersIn(all);

        foreach (var request in handlers.Where(handler => handler.Value.Count > 1))
        {
            ReportTwo(end, request.Key, request.Value, call);
        }

        if (call is not null)
        {
            foreach (var request in all.Where(type => IsRequest(type) && !handlers.ContainsKey(type)))
            {
                end.ReportDiagnostic(Diagnostic.Create(Rules.NoHandler, request.LocationOr(call), request.Name, HandlerFor(request)));
            }
        }
    }

    /// <summary>At the later one in the order of names. Two of one referenced assembly are reported where that is compiled.</summary>
    private static void ReportTwo(CompilationAnalysisContext end, ITypeSymbol request, SortedDictionary<string, INamedTypeSymbol> handlers, Location? call)
    {
        var (first, second) = (handlers.Values.First(), handlers.Values.Skip(1).First());
        var here = new[] { second, first }.FirstOrDefault(handler => SymbolEqualityComparer.Default.Equals(handler.ContainingAssembly, end.Compilation.Assembly));
        if (here is not null || !SymbolEqualityComparer.Default.Equals(first.ContainingAssembly, second.ContainingAssembly))
        {
            end.ReportDiagnostic(Diagnostic.Create(
                Rules.TwoHandlers, (here ?? second).LocationOr(call ?? Location.None), request.Name, first.ToDisplayString(), second.ToDisplayString()));
        }
    }

    private static Dictionary<ITypeSymbol, SortedDictionary<string, INamedTypeSymbol>> HandlersIn(IEnumerable<INamedTypeSymbol> types)
    {
        var handlers = new Dictionary<ITypeSymbol, SortedDictionary<string, INamedTypeSymbol>>(SymbolEqualityComparer.Default);
        foreach (var type in types.Where(type => HandlerContract.CanBeRegistered(type) || IsClosedGeneric(type)))
        {
            foreach (var contract in HandlerContract.Of(type).Where(contract => contract.IsForRequest))
            {
                if (!handlers.TryGetValue(contract.Message, out var ofRequest))
                {
                    handlers.Add(contract.Message, ofRequest = new SortedDictionary<string, INamedTypeSymbol>(StringComparer.Ordinal));
                }

                ofRequest[$"{type.ToDisplayString()}, {type.ContainingAssembly.Name}"] = type;
            }
        }

        return handlers;
    }

    private static bool IsClosedGeneric(INamedTypeSymbol type) => type is { IsGenericType: true, IsDefinition: false, IsAbstract: false };

    private static bool IsRequest(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, IsGenericType: false } && type.IsOrImplements("IRequest`1");

    /// <summary>
    /// Of the assemblies that know Anywise, also by others only: a reference assembly has no private members, and so does not refer to what only a base class
    /// in another assembly does.
    /// </summary>
    private static IEnumerable<INamedTypeSymbol> TypesOfReferences(Compilation compilation)
    {
        var names = new HashSet<string> { "Anywise.Domain" };
        var knowing = new List<IAssemblySymbol>();
        var rest = compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => assembly.Name != "Anywise.Domain").ToList();
        for (List<IAssemblySymbol> more; (more = rest.FindAll(assembly => RefersToOneOf(names, assembly))).Count > 0; rest.RemoveAll(more.Contains))
        {
            names.UnionWith(more.Select(assembly => assembly.Name));
            knowing.AddRange(more);
        }

        return knowing.SelectMany(assembly => assembly.GlobalNamespace.AllTypes());
    }

    private static bool RefersToOneOf(HashSet<string> names, IAssemblySymbol assembly) =>
        assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => names.Contains(reference.Name)));

    private static string HandlerFor(INamedTypeSymbol request)
    {
        var contract = request.AllInterfaces.First(contract => contract.IsDomainType("IRequest`1"));
        var result = contract.TypeArguments[0].ShortName();
        return request.IsOrImplements("IQuery`1") ? $"IQueryHandler<{request.Name}, {result}>"
            : request.IsOrImplements("ICommand") ? $"ICommandHandler<{request.Name}>"
            : $"ICommandHandler<{request.Name}, {result}>";
    }
}

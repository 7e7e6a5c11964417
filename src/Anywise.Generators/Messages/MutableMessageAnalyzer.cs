using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Anywise.Generators.Messages;

/// <summary>What a message says is fixed when it is made: nothing of it can be set by others later.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class MutableMessageAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.MutableMessage];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct) || !type.IsOrImplements("IMessage"))
        {
            return;
        }

        if (MutablePositions(type).FirstOrDefault() is { } position)
        {
            Report(context, type, position, "Make it a 'readonly record struct'");
            return;
        }

        for (var declaring = type; declaring is not null && (SymbolEqualityComparer.Default.Equals(declaring, type) || !declaring.IsOrImplements("IMessage")); declaring = declaring.BaseType)
        {
            foreach (var member in declaring.GetMembers().Where(CanBeSet))
            {
                var isOwn = SymbolEqualityComparer.Default.Equals(declaring, type);
                Report(context, type, member, member is IFieldSymbol ? "Make it 'readonly', or a property with 'init'" : "Make its 'set' an 'init'", isOwn ? member : type);
            }
        }
    }

    private static void Report(SymbolAnalysisContext context, INamedTypeSymbol type, ISymbol member, string remedy, ISymbol? where = null) =>
        context.ReportDiagnostic(Diagnostic.Create(Rules.MutableMessage, (where ?? type).Locations[0], type.Name, member.Name, remedy));

    /// <summary>The positional properties of a record struct that is not read-only can be set.</summary>
    private static IEnumerable<IPropertySymbol> MutablePositions(INamedTypeSymbol type) => type is { IsRecord: true, IsValueType: true, IsReadOnly: false }
        ? type.GetMembers().OfType<IPropertySymbol>().Where(property => CanBeSet(property) && IsPosition(property))
        : [];

    private static bool IsPosition(IPropertySymbol property) =>
        property.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is ParameterSyntax);

    private static bool CanBeSet(ISymbol member) => member switch
    {
        { IsStatic: true } or { IsImplicitlyDeclared: true, Kind: SymbolKind.Field } => false,
        IPropertySymbol { IsIndexer: false, SetMethod: { IsInitOnly: false } set } => set.DeclaredAccessibility != Accessibility.Private,
        IFieldSymbol { IsReadOnly: false, IsConst: false } field => field.DeclaredAccessibility != Accessibility.Private,
        _ => false,
    };
}

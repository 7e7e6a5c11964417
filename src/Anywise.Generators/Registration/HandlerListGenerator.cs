using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.Registration;

/// <summary>Writes the list of an assembly's handlers into it, so that <c>AddHandlersFrom</c> needs no reflection.</summary>
[Generator(LanguageNames.CSharp)]
internal sealed class HandlerListGenerator : IIncrementalGenerator
{
    /// <summary>The names of the steps that a test watches.</summary>
    public const string EntriesStep = "HandlerEntries";

    /// <inheritdoc cref="EntriesStep"/>
    public const string ListStep = "HandlerList";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var entries = context.SyntaxProvider
            .CreateSyntaxProvider(static (node, _) => MayBeHandler(node), static (found, cancellation) => EntryOf(found, cancellation))
            .Where(static entry => entry is not null)
            .WithTrackingName(EntriesStep);
        var list = entries.Collect()
            .Select(static (found, _) => HandlerList.Of(found!))
            .WithTrackingName(ListStep);
        var canBeWritten = context.CompilationProvider.Select(static (compilation, _) => CanBeWritten(compilation));

        context.RegisterSourceOutput(list.Combine(canBeWritten), static (output, found) =>
        {
            if (found.Right && found.Left.IsWritten)
            {
                output.AddSource(HandlerList.FileName, found.Left.ToSource());
            }
        });
    }

    private static bool MayBeHandler(SyntaxNode node) =>
        node is TypeDeclarationSyntax { BaseList: not null, TypeParameterList: null } type
        && type.Kind() is SyntaxKind.ClassDeclaration or SyntaxKind.RecordDeclaration
        && !type.Modifiers.Any(SyntaxKind.AbstractKeyword);

    private static HandlerEntry? EntryOf(GeneratorSyntaxContext found, CancellationToken cancellation) =>
        found.SemanticModel.GetDeclaredSymbol(found.Node, cancellation) is INamedTypeSymbol type
            ? HandlerEntry.Of(type, found.SemanticModel.Compilation)
            : null;

    /// <summary>Whether the assembly refers to a domain package that takes the list, and its language has types that are local to a file.</summary>
    private static bool CanBeWritten(Compilation compilation) =>
        compilation.GetTypeByMetadataName("Anywise.Domain.Registration.IHandlerCatalog") is not null
        && compilation is CSharpCompilation { LanguageVersion: >= LanguageVersion.CSharp11 };
}

using System.Collections.Immutable;
using System.Composition;
using Anywise.Generators.Migration;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Anywise.Generators.CodeFixes;

/// <summary>Turns messages and handlers of MediatR into those of Anywise.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MediatRFix))]
[Shared]
internal sealed class MediatRFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        [Rules.MediatRNotification.Id, Rules.MediatRNotificationHandler.Id, Rules.MediatRRequest.Id, Rules.MediatRRequestHandler.Id];

    /// <summary>All of a document in one go: whether it still needs MediatR shows only when all is done.</summary>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (all, document, diagnostics) =>
        await MigrateAsync(document, diagnostics, all.CodeActionEquivalenceKey!, all.CancellationToken).ConfigureAwait(false));

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (var diagnostic in context.Diagnostics)
        {
            var contract = MediatRAnalyzer.ContractAt(BaseTypeAt(root, diagnostic).Type, model)!;
            foreach (var target in TargetsOf(contract, model.Compilation))
            {
                context.RegisterCodeFix(
                    CodeAction.Create($"Make it an '{target}' of Anywise", cancellation => MigrateAsync(context.Document, [diagnostic], target, cancellation), equivalenceKey: target),
                    diagnostic);
            }
        }
    }

    /// <summary>What a type of MediatR can become. A handler follows its request, if that is migrated already.</summary>
    private static IEnumerable<string> TargetsOf(INamedTypeSymbol contract, Compilation compilation) =>
        KindsOf(contract).Where(target => AllowsVariance(compilation.GetTypeByMetadataName($"Anywise.Domain.{target}{contract.MetadataName.Substring(contract.Name.Length)}"), contract));

    private static string[] KindsOf(INamedTypeSymbol contract) => contract.MetadataName switch
    {
        "INotification" => ["IEvent"],
        "INotificationHandler`1" => ["IEventHandler"],
        "IRequest" => ["ICommand"],
        "IRequest`1" => ["ICommand", "IQuery"],
        "IRequestHandler`1" when contract.GetMembers("Handle").IsEmpty => [], // before version 12 its method answers 'Unit', and is that of the other interface
        "IRequestHandler`2" when contract.TypeArguments[0].IsOrImplements("IQuery`1") => ["IQueryHandler"],
        "IRequestHandler`2" when !contract.TypeArguments[0].IsOrImplements("IRequest`1") => ["ICommandHandler", "IQueryHandler"],
        _ => ["ICommandHandler"],
    };

    /// <summary>
    /// An interface with <c>out T</c> can be a request of MediatR that answers with it, but none of Anywise. The definition is what an ambiguous name stands for,
    /// which says nothing of its arguments.
    /// </summary>
    private static bool AllowsVariance(INamedTypeSymbol? target, INamedTypeSymbol contract) => contract.TypeArguments
        .Where((_, position) => target?.TypeParameters[position].Variance != contract.TypeParameters[position].Variance)
        .All(argument => contract.IsDefinition || !MentionsVariant(argument));

    private static bool MentionsVariant(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol parameter => parameter.Variance != VarianceKind.None,
        IArrayTypeSymbol array => MentionsVariant(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(MentionsVariant),
        _ => false,
    };

    private static async Task<Document> MigrateAsync(Document document, ImmutableArray<Diagnostic> diagnostics, string target, CancellationToken cancellation)
    {
        var root = (CompilationUnitSyntax)(await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
        var model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        var migration = new MediatRMigration(root, model);
        foreach (var diagnostic in diagnostics)
        {
            var contract = BaseTypeAt(root, diagnostic);
            var targets = TargetsOf(MediatRAnalyzer.ContractAt(contract.Type, model)!, model.Compilation).ToList();
            if (targets.Count > 0)
            {
                migration.Take(contract, targets.Contains(target) ? target : targets[0]);
            }
        }

        return document.WithSyntaxRoot(migration.Migrate());
    }

    private static SimpleBaseTypeSyntax BaseTypeAt(SyntaxNode root, Diagnostic diagnostic) =>
        root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<SimpleBaseTypeSyntax>()!;
}

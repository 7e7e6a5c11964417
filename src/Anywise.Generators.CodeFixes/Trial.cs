using Microsoft.CodeAnalysis;

namespace Anywise.Generators.CodeFixes;

/// <summary>Tries a change before it is offered.</summary>
internal static class Trial
{
    /// <summary>What the changed file means, or null where it has more errors than before, or one of the other files that declare a type has.</summary>
    public static SemanticModel? Try(this SemanticModel model, SyntaxNode changedRoot, ISymbol? type, CancellationToken cancellationToken)
    {
        var tree = model.SyntaxTree.WithRootAndOptions(changedRoot, model.SyntaxTree.Options);
        var compilation = model.Compilation.ReplaceSyntaxTree(model.SyntaxTree, tree);
        var others = type?.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree).Where(other => other != model.SyntaxTree).Distinct().ToList() ?? [];
        return Errors(compilation, [tree, .. others]) > Errors(model.Compilation, [model.SyntaxTree, .. others]) ? null : compilation.GetSemanticModel(tree);

        int Errors(Compilation of, IEnumerable<SyntaxTree> trees) => trees
            .SelectMany(one => of.GetSemanticModel(one).GetDiagnostics(cancellationToken: cancellationToken))
            .Count(found => found.DefaultSeverity == DiagnosticSeverity.Error);
    }
}

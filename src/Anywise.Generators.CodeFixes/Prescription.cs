using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Anywise.Generators.CodeFixes;

/// <summary>Knows which members have to look as they do, because others say so.</summary>
internal static class Prescription
{
    /// <summary>Whether a base class or an interface, also one of a derived class, prescribes the member that a declaration declares.</summary>
    public static async Task<bool> IsPrescribedAsync(this Document document, SyntaxNode declaration, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return model!.GetDeclaredSymbol(declaration, cancellationToken) is { } member
            && (member.IsOverride
                || (await SymbolFinder.FindImplementedInterfaceMembersAsync(member, document.Project.Solution, cancellationToken: cancellationToken).ConfigureAwait(false)).Any());
    }
}

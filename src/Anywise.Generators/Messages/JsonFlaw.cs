using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Messages;

/// <summary>Why something does not come back from JSON, and what to do.</summary>
internal sealed record JsonFlaw(ISymbol Where, string What, string Remedy)
{
    /// <summary>The property of a diagnostic that a fix knows how to mend.</summary>
    public const string Kind = "Kind";

    /// <summary>The kind of a property that only lacks an <c>init</c>.</summary>
    public const string NothingFills = "NothingFills";

    /// <summary>Whether an <c>init</c> in the place itself is all that it takes.</summary>
    public bool LacksInit { get; init; }
}

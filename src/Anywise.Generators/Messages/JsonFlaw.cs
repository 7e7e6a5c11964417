using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Messages;

/// <summary>Why something does not come back from JSON, and what to do.</summary>
internal sealed record JsonFlaw(ISymbol Where, string What, string Remedy);

using System.Collections.Immutable;
using Anywise.Generators.Symbols;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Registration;

/// <summary>A handler class as the generated code lists it. Holds no symbols and compares by value, so that edits elsewhere change nothing.</summary>
internal sealed record HandlerEntry(string Name, bool CanBeNamed, string Calls)
{
    /// <summary>The entry of a class, or null if it is none that <c>AddHandlersFrom</c> registers.</summary>
    public static HandlerEntry? Of(INamedTypeSymbol type, Compilation compilation)
    {
        var contracts = HandlerContract.CanBeRegistered(type) ? HandlerContract.Of(type) : ImmutableArray<HandlerContract>.Empty;
        return contracts.IsEmpty
            ? null
            : new HandlerEntry(
                type.FullName(),
                type.CanBeNamed(compilation) && contracts.All(contract => contract.Interface.CanBeNamed(compilation)),
                string.Concat(contracts.Select(contract => Call(contract, type)).OrderBy(call => call, StringComparer.Ordinal)));
    }

    private static string Call(HandlerContract contract, INamedTypeSymbol type)
    {
        var types = string.Join(", ", contract.Interface.TypeArguments.Add(type).Select(argument => argument.FullName()));
        var (method, arguments) = contract.Kind switch
        {
            HandlerKind.Command => ("AddCommandHandler", ""),
            HandlerKind.Query => ("AddQueryHandler", ""),
            HandlerKind.Event => ("AddEventHandler", OrderOf(type)),
            _ => ("AddBeforeCommitHandler", OrderOf(type)),
        };
        return $"        catalog.{method}<{types}>({arguments});\n";
    }

    private static string OrderOf(INamedTypeSymbol type) => type.GetAttributes()
        .Where(attribute => attribute.AttributeClass?.IsDomainType("HandlerOrderAttribute") == true)
        .SelectMany(attribute => attribute.ConstructorArguments.Select(argument => argument.Value).OfType<int>())
        .FirstOrDefault()
        .ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Anywise.Generators.Symbols;

/// <summary>One message that a class handles, as its interfaces declare it.</summary>
internal readonly struct HandlerContract
{
    private HandlerContract(INamedTypeSymbol contract, HandlerKind kind) => (Interface, Kind) = (contract, kind);

    /// <summary>The handler interface with its types.</summary>
    public INamedTypeSymbol Interface { get; }

    public HandlerKind Kind { get; }

    public ITypeSymbol Message => Interface.TypeArguments[0];

    public bool IsForRequest => Kind is HandlerKind.Command or HandlerKind.Query;

    /// <summary>What a class, or a class it inherits from, declares to handle.</summary>
    public static ImmutableArray<HandlerContract> Of(INamedTypeSymbol type)
    {
        var found = ImmutableArray.CreateBuilder<HandlerContract>();
        foreach (var contract in type.AllInterfaces)
        {
            if (KindOf(contract) is { } kind)
            {
                found.Add(new HandlerContract(contract, kind));
            }
        }

        return found.ToImmutable();
    }

    /// <summary>Whether a class is one that <c>AddHandlersFrom</c> registers, if it handles anything.</summary>
    public static bool CanBeRegistered(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, IsAbstract: false, IsStatic: false, IsGenericType: false };

    private static HandlerKind? KindOf(INamedTypeSymbol contract) => !contract.IsInDomain() ? null : contract.MetadataName switch
    {
        "ICommandHandler`1" or "ICommandHandler`2" => HandlerKind.Command,
        "IQueryHandler`2" => HandlerKind.Query,
        "IEventHandler`1" => HandlerKind.Event,
        "IBeforeCommitHandler`1" => HandlerKind.BeforeCommit,
        _ => null,
    };
}

internal enum HandlerKind
{
    Command,
    Query,
    Event,
    BeforeCommit,
}

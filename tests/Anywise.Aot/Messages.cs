using Anywise.Domain;

namespace Anywise.Aot;

internal sealed record Place(string Sku, int Quantity) : ICommand;

/// <summary>Answers with a value type, whose code no other type can share.</summary>
internal sealed record Reserve(string Sku) : ICommand<Reservation>;

internal readonly record struct Reservation(Guid Message, Guid? Cause, int Depth);

internal sealed record CountOf(string Sku) : IQuery<int>;

internal sealed record NameOf(string Sku) : IQuery<string>;

[RetryOnConflict(attempts: 3)]
internal sealed record Contested : ICommand<int>;

internal sealed record Refused : ICommand;

/// <summary>Has no handler.</summary>
#pragma warning disable ANY001 // on purpose: to see what is said at run time
internal sealed record Unheard : ICommand;
#pragma warning restore ANY001

internal abstract record StockEvent : IEvent;

internal sealed record Placed(string Sku, int Quantity) : StockEvent;

internal sealed record Failing : IEvent;

internal sealed record Endless : IEvent;

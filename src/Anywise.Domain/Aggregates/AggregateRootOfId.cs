namespace Anywise.Domain;

/// <summary>An aggregate root that is identified by a value, and equal to another of its type with the same identity.</summary>
/// <remarks>As long as the identity has its default value, an aggregate is equal to itself only.</remarks>
/// <typeparam name="TId">The identity.</typeparam>
public abstract class AggregateRoot<TId> : AggregateRoot, IEquatable<AggregateRoot<TId>> where TId : notnull
{
    /// <summary>The identity.</summary>
    public TId Id { get; protected init; } = default!;

    /// <inheritdoc/>
    public bool Equals(AggregateRoot<TId>? other) => other is not null && Identity.AreEqual(this, Id, other, other.Id);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as AggregateRoot<TId>);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Identity.HashCode(this, Id);

    /// <summary>The type and the identity.</summary>
    public override string ToString() => Identity.Describe(this, Id);
}

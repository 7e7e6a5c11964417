namespace Anywise.Domain;

/// <summary>An object inside an aggregate that keeps its identity while its values change; equal to another of its type with the same identity.</summary>
/// <remarks>As long as the identity has its default value, an entity is equal to itself only. An entity raises no events: its root does.</remarks>
/// <typeparam name="TId">The identity.</typeparam>
public abstract class Entity<TId> : IEquatable<Entity<TId>> where TId : notnull
{
    /// <summary>The identity.</summary>
    public TId Id { get; protected init; } = default!;

    /// <inheritdoc/>
    public bool Equals(Entity<TId>? other) => other is not null && Identity.AreEqual(this, Id, other, other.Id);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Entity<TId>);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Identity.HashCode(this, Id);

    /// <summary>The type and the identity.</summary>
    public override string ToString() => Identity.Describe(this, Id);
}

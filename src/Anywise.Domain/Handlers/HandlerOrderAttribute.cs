namespace Anywise.Domain;

/// <summary>States when a handler runs among the handlers of the same event: lower first, ties by ordinal type name.</summary>
/// <param name="order">The place in the order; a handler without this attribute has 0.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HandlerOrderAttribute(int order) : Attribute
{
    /// <summary>The place in the order; negative values run before handlers without this attribute.</summary>
    public int Order { get; } = order;
}

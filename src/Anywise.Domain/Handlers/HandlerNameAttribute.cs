namespace Anywise.Domain;

/// <summary>The name under which the calls of an event handler that are still due are stored, so that its class can be renamed or moved.</summary>
/// <param name="name">Unique among the handlers of the application. Without this attribute: the full name of the type.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HandlerNameAttribute(string name) : Attribute
{
    /// <summary>What is stored.</summary>
    public string Name { get; } = name;
}

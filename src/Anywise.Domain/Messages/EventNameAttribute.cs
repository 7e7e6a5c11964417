namespace Anywise.Domain;

/// <summary>The name under which an event, or a command that is enqueued, is stored, so that its class can be renamed or moved.</summary>
/// <param name="name">Unique among the events and commands of the application. Without this attribute: the full name of the type.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EventNameAttribute(string name) : Attribute
{
    /// <summary>What is stored.</summary>
    public string Name { get; } = name;
}

namespace Anywise.Domain;

/// <summary>The command is tried again, in a new scope and so with fresh data, when somebody else changed the same rows at the same time.</summary>
/// <remarks>The handler must be able to run more than once: what it does outside the database it does in each attempt.</remarks>
/// <param name="attempts">How often the command is tried in all, at least 2.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class RetryOnConflictAttribute(int attempts = 3) : Attribute
{
    /// <summary>How often the command is tried in all.</summary>
    public int Attempts { get; } = attempts;
}

namespace Anywise.EfCore.Tests.Support;

/// <summary>As one that makes its message of something that is null by then.</summary>
public sealed class UnreadableException : Exception
{
    public override string Message => throw new InvalidOperationException("no message");
}

namespace Anywise.LoadTest;

/// <summary>One way to commit an order and, but for the bare ones, to tell a handler of it.</summary>
internal abstract class Variant(string name) : IAsyncDisposable
{
    public string Name { get; } = name;

    /// <summary>Whether each commit leads to the call of a handler.</summary>
    public virtual bool Delivers => true;

    /// <summary>Where messages wait.</summary>
    public virtual string Table => "AnywiseOutbox";

    /// <summary>One operation of a producer.</summary>
    public abstract Task CommitAsync(long number);

    public abstract ValueTask DisposeAsync();
}

/// <summary>How contexts are registered.</summary>
internal enum ContextKind
{
    Scoped,
    Pooled,
}

/// <summary>What handlers do.</summary>
internal enum HandlerKind
{
    Empty,
    Writing,
    Waiting,
}

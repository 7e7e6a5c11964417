namespace Anywise.Domain;

/// <summary>What is saved together, or not at all. Scoped; as little thread-safe as what it saves through.</summary>
/// <remarks>Disposing it rolls back what was not committed; its scope does that, so that a handler only has to commit.</remarks>
/// <seealso href="https://martinfowler.com/eaaCatalog/unitOfWork.html">Martin Fowler, Patterns of Enterprise Application Architecture: Unit of Work.</seealso>
public interface IUnitOfWork : IAsyncDisposable
{
    /// <summary>Makes a new aggregate part of what is saved.</summary>
    /// <typeparam name="TAggregate">The aggregate root.</typeparam>
    /// <param name="aggregate">The new aggregate.</param>
    void Add<TAggregate>(TAggregate aggregate) where TAggregate : class;

    /// <summary>The repository of what this unit of work saves: for before-commit handlers, and where several contexts have the aggregate.</summary>
    /// <typeparam name="TAggregate">The aggregate root.</typeparam>
    /// <typeparam name="TId">Its identity.</typeparam>
    IRepository<TAggregate, TId> GetRepository<TAggregate, TId>() where TAggregate : AggregateRoot<TId> where TId : notnull;

    /// <summary>Saves everything since the last commit, in one transaction, and returns when the events of that are handled.</summary>
    /// <remarks>In a transaction that somebody else began it saves, and leaves the commit to them.</remarks>
    /// <param name="cancellationToken">Ends the saving.</param>
    ValueTask CommitAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes everything so far inside a transaction, uncommitted, and marks the place under a name.</summary>
    /// <param name="name">The name; one that is used again means the later place.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    ValueTask CreateSavepointAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Undoes everything since a savepoint, with the events of that. The savepoint stays.</summary>
    /// <remarks>Aggregates in memory are let go, since they no longer are what is stored: get them again.</remarks>
    /// <param name="name">The name of the savepoint.</param>
    /// <param name="cancellationToken">Ends the undoing.</param>
    /// <exception cref="InvalidOperationException">There is no such savepoint.</exception>
    ValueTask RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default);
}

namespace Anywise.Domain;

/// <summary>The aggregates of one type, as if they were all in memory. What is changed is saved by the <see cref="IUnitOfWork"/> of the scope.</summary>
/// <typeparam name="TAggregate">The aggregate root. Only roots have repositories: what lies inside an aggregate is reached through its root.</typeparam>
/// <typeparam name="TId">The identity.</typeparam>
/// <seealso href="https://martinfowler.com/eaaCatalog/repository.html">Martin Fowler, Patterns of Enterprise Application Architecture: Repository.</seealso>
public interface IRepository<TAggregate, in TId>
    where TAggregate : AggregateRoot<TId>
    where TId : notnull
{
    /// <summary>The whole aggregate with an identity, or null.</summary>
    /// <param name="id">The identity.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<TAggregate?> GetAsync(TId id, CancellationToken cancellationToken = default);

    /// <summary>Makes a new aggregate part of what the next commit saves.</summary>
    /// <param name="aggregate">The new aggregate.</param>
    void Add(TAggregate aggregate);

    /// <summary>Lets the next commit delete an aggregate with all that is in it.</summary>
    /// <param name="aggregate">The aggregate.</param>
    void Remove(TAggregate aggregate);

    /// <summary>All stored aggregates that satisfy a specification, each of them whole.</summary>
    /// <param name="specification">What they have to satisfy: <c>orders.FindAsync(new(order => order.IsOpen))</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    ValueTask<IReadOnlyList<TAggregate>> FindAsync(Specification<TAggregate> specification, CancellationToken cancellationToken = default);
}

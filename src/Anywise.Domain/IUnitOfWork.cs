namespace Anywise.Domain;

/// <summary>What is saved together, or not at all.</summary>
/// <seealso href="https://martinfowler.com/eaaCatalog/unitOfWork.html">Martin Fowler, Patterns of Enterprise Application Architecture: Unit of Work.</seealso>
public interface IUnitOfWork
{
    /// <summary>Makes a new aggregate part of what is saved.</summary>
    /// <typeparam name="TAggregate">The aggregate root.</typeparam>
    /// <param name="aggregate">The new aggregate.</param>
    void Add<TAggregate>(TAggregate aggregate) where TAggregate : class;
}

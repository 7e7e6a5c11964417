using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>The aggregates of one type in a <see cref="FakeUnitOfWork"/>, which makes it. As little thread-safe as a real one.</summary>
/// <remarks>Answers as a repository on a database does, except that it can evaluate any specification, also one that no database could translate.</remarks>
/// <typeparam name="TAggregate">The aggregate root.</typeparam>
/// <typeparam name="TId">The identity.</typeparam>
public sealed class InMemoryRepository<TAggregate, TId> : IRepository<TAggregate, TId>
    where TAggregate : AggregateRoot<TId>
    where TId : notnull
{
    private readonly FakeUnitOfWork _unitOfWork;

    internal InMemoryRepository(FakeUnitOfWork unitOfWork) => _unitOfWork = unitOfWork;

    /// <inheritdoc/>
    public ValueTask<TAggregate?> GetAsync(TId id, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var aggregate = _unitOfWork.Present.OfType<TAggregate>().FirstOrDefault(present => present.Id.Equals(id));
        return ValueTask.FromResult(aggregate is null ? null : _unitOfWork.Track(aggregate));
    }

    /// <inheritdoc/>
    public void Add(TAggregate aggregate) => _unitOfWork.Add(aggregate);

    /// <inheritdoc/>
    public void Remove(TAggregate aggregate)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        _unitOfWork.Remove(aggregate);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TAggregate>> FindAsync(Specification<TAggregate> specification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<TAggregate>>(
            [.. _unitOfWork.Written.OfType<TAggregate>().Where(specification.IsSatisfiedBy).Select(_unitOfWork.Track)]);
    }
}

using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>The unit of work as before-commit handlers see it: they change what is being saved, and do not save.</summary>
internal sealed class UnitOfWorkBeingSaved(FakeUnitOfWork unitOfWork) : IUnitOfWork
{
    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class => unitOfWork.Add(aggregate);

    public IRepository<TAggregate, TId> GetRepository<TAggregate, TId>() where TAggregate : AggregateRoot<TId> where TId : notnull =>
        unitOfWork.GetRepository<TAggregate, TId>();

    public ValueTask CommitAsync(CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public ValueTask CreateSavepointAsync(string name, CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public ValueTask RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public ValueTask DisposeAsync() => default;

    private static InvalidOperationException SaveIsUnderWay() => EfCore.Errors.SaveInBeforeCommitHandler(typeof(FakeUnitOfWork));
}

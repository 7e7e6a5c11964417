using Anywise.Domain;
using Anywise.EfCore.UnitOfWork;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>The save under way, as before-commit handlers see it; of no use when they have returned.</summary>
internal sealed class SavingUnitOfWork(DbContext context) : IUnitOfWork, IContextUnitOfWork, IDisposable
{
    private bool _isOver;

    /// <exception cref="InvalidOperationException">The handlers have returned, or were given up because one is asynchronous in a synchronous save.</exception>
    public DbContext Context => _isOver ? throw Errors.UnitOfWorkIsOver(context.GetType()) : context;

    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class => Context.Add(aggregate);

    public IRepository<TAggregate, TId> GetRepository<TAggregate, TId>() where TAggregate : AggregateRoot<TId> where TId : notnull =>
        new Repository<TAggregate, TId>(() => Context);

    public ValueTask CommitAsync(CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public ValueTask CreateSavepointAsync(string name, CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public ValueTask RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default) => throw SaveIsUnderWay();

    public void Dispose() => _isOver = true;

    /// <summary>What a handler was given is not its own to end.</summary>
    public ValueTask DisposeAsync() => default;

    private InvalidOperationException SaveIsUnderWay() => Errors.SaveInBeforeCommitHandler(Context.GetType());
}

using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>The save under way, as before-commit handlers see it; of no use when they have returned.</summary>
internal sealed class SavingUnitOfWork(DbContext context) : IUnitOfWork, IDisposable
{
    private bool _isOver;

    /// <exception cref="InvalidOperationException">The handlers have returned, or were given up because one is asynchronous in a synchronous save.</exception>
    public DbContext Context => _isOver ? throw Errors.UnitOfWorkIsOver(context.GetType()) : context;

    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class => Context.Add(aggregate);

    public void Dispose() => _isOver = true;
}

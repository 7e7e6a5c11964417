using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Collecting;

/// <summary>The save under way, as before-commit handlers see it.</summary>
internal sealed class SavingUnitOfWork(DbContext context) : IUnitOfWork
{
    public DbContext Context { get; } = context;

    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class => Context.Add(aggregate);
}

using Anywise.EfCore;
using Anywise.EfCore.UnitOfWork;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Domain;

/// <summary>What EF Core adds to a unit of work.</summary>
public static class AnywiseUnitOfWorkExtensions
{
    /// <summary>The context that a unit of work saves.</summary>
    /// <typeparam name="TContext">The type of the context.</typeparam>
    /// <param name="unitOfWork">The unit of work of a scope, or the one that a before-commit handler was given.</param>
    /// <exception cref="InvalidOperationException">The unit of work saves no context of this type.</exception>
    public static TContext GetContext<TContext>(this IUnitOfWork unitOfWork) where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(unitOfWork);
        var context = (unitOfWork as IContextUnitOfWork)?.Context;
        return context as TContext ?? throw Errors.UnitOfWorkHasOtherContext(typeof(TContext), context?.GetType());
    }

    /// <summary>The repository on the context that a unit of work saves: for before-commit handlers, and where several contexts have the aggregate.</summary>
    /// <typeparam name="TAggregate">The aggregate root.</typeparam>
    /// <typeparam name="TId">Its identity.</typeparam>
    /// <param name="unitOfWork">The unit of work.</param>
    /// <exception cref="InvalidOperationException">The unit of work saves no context.</exception>
    public static IRepository<TAggregate, TId> GetRepository<TAggregate, TId>(this IUnitOfWork unitOfWork)
        where TAggregate : AggregateRoot<TId>
        where TId : notnull => new Repository<TAggregate, TId>(unitOfWork.GetContext<DbContext>());
}

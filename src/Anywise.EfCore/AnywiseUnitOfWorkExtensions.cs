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
}

using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore;

/// <summary>The unit of work of one of several contexts.</summary>
/// <typeparam name="TContext">The context that it saves.</typeparam>
public interface IUnitOfWork<TContext> : IUnitOfWork where TContext : DbContext;

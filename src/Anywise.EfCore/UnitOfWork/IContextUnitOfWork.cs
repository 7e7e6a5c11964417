using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.UnitOfWork;

/// <summary>A unit of work that saves through a context.</summary>
internal interface IContextUnitOfWork
{
    DbContext Context { get; }
}

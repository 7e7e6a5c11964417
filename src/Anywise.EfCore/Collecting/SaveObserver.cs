using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Stands in front of the database provider and notes that a save really reached it: an interceptor can suppress a save, which EF
/// Core then reports as any other.
/// </summary>
internal sealed class SaveObserver(Decorated<IDatabase> provider, ContextEventSink sink) : IDatabase
{
    public int SaveChanges(IList<IUpdateEntry> entries)
    {
        sink.SaveReachedDatabase = true;
        return provider.Inner.SaveChanges(entries);
    }

    public Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        sink.SaveReachedDatabase = true;
        return provider.Inner.SaveChangesAsync(entries, cancellationToken);
    }

    public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async) => provider.Inner.CompileQuery<TResult>(query, async);

    [Experimental("EF9100")]
    public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async) =>
        provider.Inner.CompileQueryExpression<TResult>(query, async);
}

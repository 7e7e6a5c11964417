using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Stands in front of the database provider: the last chance to refuse a save, and where it is known that one really takes place, since
/// EF Core reports a save that an interceptor suppressed as any other.
/// </summary>
internal sealed class SaveObserver(Decorated<IDatabase> provider, ContextEventSink sink, BeforeCommit beforeCommit) : IDatabase
{
    public int SaveChanges(IList<IUpdateEntry> entries)
    {
        Reached();
        return provider.Inner.SaveChanges(entries);
    }

    public Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        Reached();
        return provider.Inner.SaveChangesAsync(entries, cancellationToken);
    }

    public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async) => provider.Inner.CompileQuery<TResult>(query, async);

    [Experimental("EF9100")]
    public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async) =>
        provider.Inner.CompileQueryExpression<TResult>(query, async);

    private void Reached()
    {
        sink.SaveReachedDatabase = true;
        beforeCommit.RefuseLateEvents();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Collecting;

/// <summary>
/// Stands in front of the database provider: all changes are detected, all interceptors have run, and nothing is sent yet. So here a save
/// takes its events, and is refused at the latest. One that an interceptor suppressed does not come here; EF Core reports it as any other.
/// </summary>
internal sealed class SaveObserver(Decorated<IDatabase> provider, ContextEventSink sink, BeforeCommit beforeCommit, AggregateVersions versions, OutboxWriter? outbox = null) : IDatabase
{
    public int SaveChanges(IList<IUpdateEntry> entries)
    {
        var taken = Take();
        try
        {
            versions.Raise(entries);
            return taken is null || outbox is null ? provider.Inner.SaveChanges(entries) : outbox.Save(entries, taken);
        }
        catch (DbUpdateConcurrencyException conflict) when (versions.Name(conflict) is { } named)
        {
            throw named;
        }
        finally
        {
            sink.Return(taken);
        }
    }

    public async Task<int> SaveChangesAsync(IList<IUpdateEntry> entries, CancellationToken cancellationToken = default)
    {
        var taken = Take();
        try
        {
            versions.Raise(entries);
            return taken is null || outbox is null
                ? await provider.Inner.SaveChangesAsync(entries, cancellationToken).ConfigureAwait(false)
                : await outbox.SaveAsync(entries, taken, cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException conflict) when (versions.Name(conflict) is { } named)
        {
            throw named;
        }
        finally
        {
            sink.Return(taken);
        }
    }

    public Func<QueryContext, TResult> CompileQuery<TResult>(Expression query, bool async) => provider.Inner.CompileQuery<TResult>(query, async);

    [Experimental("EF9100")]
    public Expression<Func<QueryContext, TResult>> CompileQueryExpression<TResult>(Expression query, bool async) => provider.Inner.CompileQueryExpression<TResult>(query, async);

    private List<CollectedEvents>? Take()
    {
        sink.SaveReachedDatabase = true;
        sink.Collect();
        beforeCommit.RefuseLateEvents();
        return sink.Hold();
    }
}

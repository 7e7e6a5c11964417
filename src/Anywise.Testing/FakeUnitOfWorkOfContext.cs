using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Testing;

/// <summary>A fake unit of work for handlers that ask for that of one of several contexts.</summary>
/// <typeparam name="TContext">The context, of which nothing is used but its name.</typeparam>
/// <param name="dispatcher">Where the events of a commit go; null if it is enough to look at <see cref="FakeUnitOfWork.CommittedEvents"/>.</param>
public sealed class FakeUnitOfWork<TContext>(RecordingDispatcher? dispatcher = null) : FakeUnitOfWork(dispatcher), IUnitOfWork<TContext>
    where TContext : DbContext
{
    private readonly RecordingDispatcher? _dispatcher = dispatcher;

    /// <inheritdoc cref="FakeUnitOfWork.Another"/>
    public new FakeUnitOfWork<TContext> Another() => On(new FakeUnitOfWork<TContext>(_dispatcher));
}

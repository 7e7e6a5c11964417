using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.UnitOfWork;

/// <summary>Saves one context. The first savepoint begins a transaction, which the next commit ends.</summary>
internal sealed class ContextUnitOfWork<TContext>(TContext context) : IUnitOfWork<TContext>, IContextUnitOfWork, IDisposable
    where TContext : DbContext
{
    private readonly ChangeTracker _tracked = context.ChangeTracker; // now: a context that is first used when its scope ends cannot be
    private readonly List<string> _savepoints = [];
    private IDbContextTransaction? _ownTransaction;
    private bool _isDisposed;

    /// <remarks>When it is disposed, the context may be back in its pool, and somebody else's.</remarks>
    public DbContext Context
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(IUnitOfWork<TContext>));
            return context;
        }
    }

    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class => Context.Add(aggregate);

    public IRepository<TAggregate, TId> GetRepository<TAggregate, TId>() where TAggregate : AggregateRoot<TId> where TId : notnull =>
        new Repository<TAggregate, TId>(() => Context);

    public async ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(IUnitOfWork<TContext>));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (_ownTransaction is { } transaction)
        {
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            await transaction.DisposeAsync().ConfigureAwait(false);
            _ownTransaction = null;
        }

        _savepoints.Clear();
    }

    public async ValueTask CreateSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(IUnitOfWork<TContext>));
        if (context.Database.CurrentTransaction is not { } transaction)
        {
            transaction = await BeginAndSaveAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CreateSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        _savepoints.Add(name);
    }

    public async ValueTask RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(IUnitOfWork<TContext>));
        var place = _savepoints.LastIndexOf(name);
        if (place < 0 || context.Database.CurrentTransaction is not { } transaction)
        {
            throw Errors.NoSuchSavepoint(name, _savepoints); // before the database says so, which on PostgreSQL ends the transaction
        }

        await transaction.RollbackToSavepointAsync(name, cancellationToken).ConfigureAwait(false);
        _savepoints.RemoveRange(place + 1, _savepoints.Count - place - 1);
        var sink = ((IInfrastructure<IServiceProvider>)context).Instance.GetService<ContextEventSink>();
        sink?.Collect();
        sink?.PutBack(); // with the word that their going is no accident
        _tracked.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Leave())
        {
            return;
        }

        if (_ownTransaction is not null)
        {
            await _ownTransaction.DisposeAsync().ConfigureAwait(false); // rolls back
        }

        _tracked.Clear();
    }

    public void Dispose()
    {
        if (Leave())
        {
            _ownTransaction?.Dispose();
            _tracked.Clear();
        }
    }

    /// <summary>A save that fails, or that a retrying execution strategy refuses, leaves no transaction behind.</summary>
    private async ValueTask<IDbContextTransaction> BeginAndSaveAsync(CancellationToken cancellationToken)
    {
        var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return _ownTransaction = transaction;
    }

    /// <summary>A scope disposes it once for each of its names.</summary>
    private bool Leave() => !_isDisposed && (_isDisposed = true);
}

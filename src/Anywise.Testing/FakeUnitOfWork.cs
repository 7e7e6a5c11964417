using System.Collections.Immutable;
using Anywise.Domain;

namespace Anywise.Testing;

/// <summary>A unit of work on objects in memory, which knows whether it was committed and with which events. As little thread-safe as a real one.</summary>
/// <remarks>
/// What was added and removed is rolled back like rows. What was changed inside of an aggregate is not: the aggregate in memory <em>is</em> what is
/// stored. Neither do versions rise, or conflicts occur: test those on a database.
/// </remarks>
/// <param name="dispatcher">Where the events of a commit go; null if it is enough to look at <see cref="CommittedEvents"/>.</param>
public class FakeUnitOfWork(RecordingDispatcher? dispatcher = null) : IUnitOfWork
{
    private readonly TrackedObjects _tracked = new();
    private readonly List<Savepoint> _savepoints = [];
    private readonly List<IDomainEvent> _savedEvents = [];
    private readonly List<IDomainEvent> _committedEvents = [];
    private InMemoryRows _rows = new();
    private Changes _written = Changes.None;
    private Changes _pending = Changes.None;
    private bool _isDisposed;

    /// <summary>How often it was committed.</summary>
    public int Commits { get; private set; }

    /// <summary>Whether it was committed, and nothing was added, removed or raised since then.</summary>
    public bool IsCommitted => Commits > 0 && _pending.IsNone && _written.IsNone && _savedEvents.Count == 0 && !_tracked.HavePendingEvents;

    /// <summary>The events of everything that was committed, in the order in which they were raised.</summary>
    public IReadOnlyList<IDomainEvent> CommittedEvents => _committedEvents;

    /// <summary>What <see cref="IRepository{TAggregate,TId}.GetAsync"/> knows: what is written or added, without what is removed.</summary>
    internal IEnumerable<object> Present => Written.RemoveRange(_pending.Removed).AddRange(_pending.Added);

    /// <summary>What a database would find: everything that is committed or behind a savepoint.</summary>
    internal ImmutableList<object> Written => _written.ApplyTo(_rows.Committed);

    /// <summary>Puts objects in as if they had been committed long ago: their events are forgotten.</summary>
    /// <param name="objects">Aggregates, or whatever else handlers add to the unit of work.</param>
    /// <exception cref="Microsoft.EntityFrameworkCore.DbUpdateException">One with the same identity is there already.</exception>
    public void Store(params IEnumerable<object> objects)
    {
        ArgumentNullException.ThrowIfNull(objects);
        foreach (var one in objects)
        {
            GeneratedIds.GiveAtAdd(one);
            _rows.Commit(_rows.Check(new Changes([one], []), _rows.Committed));
            TrackedObjects.ForgetEventsOf(one);
        }
    }

    /// <summary>Everything of a type that is committed, in the order in which it was.</summary>
    /// <typeparam name="T">A class, or a base of several.</typeparam>
    public IReadOnlyList<T> Stored<T>() where T : class => [.. _rows.Committed.OfType<T>()];

    /// <summary>Another unit of work on the same objects, as another scope has it: it sees what is committed.</summary>
    public FakeUnitOfWork Another() => On(new FakeUnitOfWork(dispatcher));

    /// <inheritdoc cref="IUnitOfWork.GetRepository{TAggregate,TId}"/>
    public InMemoryRepository<TAggregate, TId> GetRepository<TAggregate, TId>() where TAggregate : AggregateRoot<TId> where TId : notnull => new(this);

    IRepository<TAggregate, TId> IUnitOfWork.GetRepository<TAggregate, TId>() => GetRepository<TAggregate, TId>();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It works with another object of the same identity already.</exception>
    public void Add<TAggregate>(TAggregate aggregate) where TAggregate : class
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        GeneratedIds.GiveAtAdd(aggregate);
        _pending = _pending.Add(Track(aggregate));
    }

    /// <inheritdoc/>
    /// <exception cref="Microsoft.EntityFrameworkCore.DbUpdateException">What was added exists already, or what was removed does not. Nothing was committed.</exception>
    /// <exception cref="InvalidOperationException">An event handler of the dispatcher failed. Everything is committed, and all handlers have run.</exception>
    public async ValueTask CommitAsync(CancellationToken cancellationToken = default)
    {
        await WriteAsync(cancellationToken).ConfigureAwait(false);
        _rows.Commit(_written);
        IDomainEvent[] events = [.. _savedEvents];
        _committedEvents.AddRange(events);
        (_written, Commits) = (Changes.None, Commits + 1);
        _savedEvents.Clear();
        _savepoints.Clear();
        if (dispatcher is not null)
        {
            await dispatcher.DeliverAsync(events).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CreateSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        await WriteAsync(cancellationToken).ConfigureAwait(false);
        _savepoints.Add(new Savepoint(name, _written, _savedEvents.Count));
    }

    /// <inheritdoc/>
    public ValueTask RollbackToSavepointAsync(string name, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(FakeUnitOfWork));
        var place = _savepoints.FindLastIndex(savepoint => savepoint.Name == name);
        if (place < 0)
        {
            throw EfCore.Errors.NoSuchSavepoint(name, _savepoints.Select(savepoint => savepoint.Name));
        }

        var savepoint = _savepoints[place];
        _savepoints.RemoveRange(place + 1, _savepoints.Count - place - 1);
        _savedEvents.RemoveRange(savepoint.SavedEvents, _savedEvents.Count - savepoint.SavedEvents);
        (_written, _pending) = (savepoint.Written, Changes.None);
        _tracked.LetGo();
        return default;
    }

    /// <summary>Rolls back what was not committed. What is stored can still be looked at.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _isDisposed = true;
        (_written, _pending) = (Changes.None, Changes.None);
        _savedEvents.Clear();
        _savepoints.Clear();
        _tracked.LetGo();
        return default;
    }

    private protected TUnitOfWork On<TUnitOfWork>(TUnitOfWork another) where TUnitOfWork : FakeUnitOfWork
    {
        another._rows = _rows;
        return another;
    }

    internal void Remove(object aggregate)
    {
        Track(aggregate);
        if (_pending.Added.Contains(aggregate))
        {
            _tracked.LetGo(aggregate);
        }
        else
        {
            _tracked.Release(aggregate);
        }

        _pending = _pending.Remove(aggregate);
    }

    internal T Track<T>(T one) where T : class => _tracked.Find(one) switch
    {
        null => _tracked.Add(one),
        { } same when ReferenceEquals(same, one) => one,
        _ => throw Errors.AnotherIsTracked(one),
    };

    /// <summary>What a save does: before-commit handlers, then everything that is pending, with its events.</summary>
    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(FakeUnitOfWork));
        cancellationToken.ThrowIfCancellationRequested();
        if (dispatcher is not null)
        {
            await dispatcher.HandleBeforeCommitAsync(() => _tracked.PendingEvents, new UnitOfWorkBeingSaved(this), cancellationToken).ConfigureAwait(false);
        }

        var written = _written.Then(_rows.Check(_pending, Written));
        _savedEvents.AddRange(_tracked.TakeEvents());
        (_written, _pending) = (written, Changes.None);
    }

    private sealed record Savepoint(string Name, Changes Written, int SavedEvents);
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>Plays steps on the engine and on the model. A step that is not possible where it stands is left out.</summary>
public sealed class History : IAsyncDisposable
{
    private readonly DbContextOptions<ShopContext> _options;
    private readonly PooledDbContextFactory<ShopContext> _pool;
    private readonly bool _sharesConnection;
    private readonly bool _accessesSideBySide;
    private readonly List<string> _names = [];
    private Session _one;
    private Session _other;
    private int _texts;

    /// <param name="options">Of the contexts, which come from a pool that is this history's own.</param>
    /// <param name="sharesConnection">Both contexts have the same connection.</param>
    /// <param name="isOnPostgres">As opposed to SQLite, where an open transaction locks everybody else out.</param>
    public History(DbContextOptions<ShopContext> options, bool sharesConnection, bool isOnPostgres)
    {
        (_options, _sharesConnection, _accessesSideBySide) = (options, sharesConnection, isOnPostgres && !sharesConnection);
        _pool = new PooledDbContextFactory<ShopContext>(options, poolSize: 2);
        _one = new Session(_pool.CreateDbContext());
        _other = new Session(NewOther());
    }

    public Model Model { get; } = new();

    /// <summary>What is pending on the aggregates that the contexts track now.</summary>
    public IEnumerable<(string Of, IEnumerable<string> Expected, IEnumerable<string> Actual)> Pending() =>
        from session in new[] { _one, _other }
        from order in session.Model.Tracked
        select (order.Name, order.Pending.Select(raised => raised.Text), session[order].DomainEvents.Select(Events.TextOf));

    public async Task PlayAsync(Step step)
    {
        var (me, them) = step.IsOfOther ? (_other, _one) : (_one, _other);
        var canAccess = _accessesSideBySide || them.Transaction is null || them.Model.Transaction == me.Model.Transaction;
        switch (step.Move)
        {
            case < Move.Load:
                PlayInMemory(step, me);
                break;
            case < Move.Begin when canAccess:
                await AccessAsync(step, me, them);
                break;
            case >= Move.Begin and < Move.LeaveTheOther when me.Transaction is null:
                await EnterTransactionAsync(step, me, them, canAccess);
                break;
            case >= Move.LeaveTheOther and < Move.LeaseAnotherContext when me.Transaction is not null:
                await PlayInTransactionAsync(step, me, them);
                break;
            case Move.LeaseAnotherContext:
                await LeaseAsync(step);
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Calls.Async, _other, _one);
        await _other.DisposeAsync();
        await _one.DisposeAsync();
    }

    private void PlayInMemory(Step step, Session me)
    {
        switch (step.Move)
        {
            case Move.Place:
                _names.Add(NewText(step));
                Place(me, _names[^1]);
                break;
            case Move.PlaceANameAgain when step.PickFrom([.. _names, .. Model.Stored]) is { } name:
                Place(me, name);
                break;
            case Move.Raise when step.PickFrom(me.Model.Tracked) is { } order:
                var text = NewText(step);
                me[order].Say(new Said(text));
                Model.Raise(order, text);
                break;
            case Move.AcceptChanges when me.Transaction is null && !me.Model.HasUnsavedOrders: // else the application would say what is not true
                me.Context.ChangeTracker.AcceptAllChanges();
                me.Model.AcceptChanges();
                break;
            case Move.GiveUpConflicts:
                Model.ConflictsOf(me.Model).ForEach(me.Detach);
                break;
            case Move.Detach when step.PickFrom(me.Model.Tracked) is { } order:
                me.Detach(order);
                break;
            case Move.ClearTracker:
                me.Context.ChangeTracker.Clear();
                me.Model.Tracked.Clear();
                break;
        }
    }

    private async Task AccessAsync(Step step, Session me, Session them)
    {
        switch (step.Move)
        {
            case Move.Load when step.PickFrom([.. Model.VisibleTo(me.Model).Except(me.Model.Tracked.Select(order => order.Name))]) is { } name:
                me.Track(new ModelOrder(name), await me.Context.Orders.SingleAsync(order => order.Name == name));
                break;
            case Move.Save or Move.SaveKeepingChanges when !Model.WouldWait(me.Model, them.Model):
                await SaveAsync(me.Context, me.Model, step.Move == Move.SaveKeepingChanges, step.Calls);
                break;
        }
    }

    private async Task SaveAsync(ShopContext context, ModelContext model, bool keepsChanges, Calls calls)
    {
        if (Model.ConflictsOf(model).Count == 0)
        {
            await calls.SaveAsync(context, acceptAllChanges: !keepsChanges);
            Model.Save(model, keepsChanges);
            return;
        }

        try
        {
            await calls.SaveAsync(context, acceptAllChanges: !keepsChanges);
        }
        catch (DbUpdateException)
        {
            return;
        }

        throw new InvalidOperationException("A save succeeded although the name of an order was taken.");
    }

    private static async Task EnterTransactionAsync(Step step, Session me, Session them, bool canAccess)
    {
        switch (step.Move)
        {
            case Move.Begin when canAccess:
                await me.BeginAsync(step.Calls);
                break;
            case Move.BeginByAdoNet when canAccess:
                await me.BeginByAdoNetAsync();
                break;
            case Move.JoinTheOther when them.Transaction is not null && me.SharesConnectionWith(them):
                await me.JoinAsync(them);
                break;
        }
    }

    private async Task PlayInTransactionAsync(Step step, Session me, Session them)
    {
        var (calls, savepoint, transaction, model) = (step.Calls, step.Savepoint, me.Transaction!, me.Model.Transaction!);
        switch (step.Move)
        {
            case Move.LeaveTheOther when them.Model.Transaction == model && !me.IsOwner:
                await me.LeaveAsync(calls);
                break;
            case Move.CreateSavepoint:
                await calls.CreateSavepointAsync(transaction, savepoint);
                model.CreateSavepoint(savepoint);
                break;
            case Move.RollBackToSavepoint when model.HasSavepoint(savepoint):
                await calls.RollbackToAsync(transaction, savepoint);
                model.RollBackTo(savepoint);
                break;
            case Move.ReleaseSavepoint when model.HasSavepoint(savepoint):
                await calls.ReleaseAsync(transaction, savepoint);
                model.Release(savepoint);
                break;
            case Move.Commit:
                await calls.CommitAsync(transaction);
                Model.Commit(model);
                await EndAsync(calls, me, them);
                break;
            case Move.RollBack:
                await calls.RollbackAsync(transaction);
                await EndAsync(calls, me, them);
                break;
            case Move.DisposeTransaction:
                await EndAsync(calls, me, them);
                break;
        }
    }

    /// <summary>Whoever takes part in the transaction leaves it, which rolls back what is not committed.</summary>
    private static async Task EndAsync(Calls calls, Session me, Session them)
    {
        Session[] sessions = me.SharesConnectionWith(them) ? [me, them] : [me];
        me.Model.Transaction?.RollBack();
        foreach (var session in sessions)
        {
            await session.LeaveAsync(calls);
        }

        foreach (var session in sessions)
        {
            await session.EndAdoNetAsync();
        }
    }

    /// <summary>A context is disposed as it stands. Contexts that share a connection go together.</summary>
    private async Task LeaseAsync(Step step)
    {
        if (_sharesConnection || step.IsOfOther)
        {
            _other.Model.Transaction?.RollBack();
            await _other.DisposeAsync();
        }

        if (_sharesConnection || !step.IsOfOther)
        {
            _one.Model.Transaction?.RollBack();
            await _one.DisposeAsync();
            _one = new Session(_pool.CreateDbContext());
        }

        if (_sharesConnection || step.IsOfOther)
        {
            _other = new Session(NewOther());
        }
    }

    private void Place(Session me, string name)
    {
        var (model, order) = (new ModelOrder(name) { IsNew = true }, new Order(name));
        me.Context.Add(order);
        me.Track(model, order);
        Model.Raise(model, name);
    }

    private ShopContext NewOther()
    {
        if (!_sharesConnection)
        {
            return _pool.CreateDbContext();
        }

        var other = new ShopContext(_options);
        other.Database.SetDbConnection(_one.Context.Database.GetDbConnection());
        return other;
    }

    private string NewText(Step step) => Events.NewText(++_texts, step.Pick);
}

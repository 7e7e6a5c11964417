using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>A context, and what the model knows of it.</summary>
public sealed class Session(ShopContext context) : IAsyncDisposable
{
    private readonly Dictionary<ModelOrder, Order> _orders = [];
    private DbTransaction? _begunByAdoNet;

    public ShopContext Context { get; } = context;

    public ModelContext Model { get; } = new();

    /// <summary>The part that the context has in a transaction; null outside of one.</summary>
    public IDbContextTransaction? Transaction { get; private set; }

    /// <summary>The context began the transaction, so that its end is the end of it.</summary>
    public bool IsOwner { get; private set; }

    public Order this[ModelOrder order] => _orders[order];

    public void Track(ModelOrder model, Order order)
    {
        Model.Tracked.Add(model);
        _orders.Add(model, order);
    }

    public void Detach(ModelOrder order)
    {
        Context.Entry(_orders[order]).State = EntityState.Detached;
        Model.Tracked.Remove(order);
    }

    public async Task BeginAsync(Calls calls) =>
        (Transaction, IsOwner, Model.Transaction) = (await calls.BeginAsync(Context), true, new ModelTransaction());

    public async Task BeginByAdoNetAsync()
    {
        await Context.Database.OpenConnectionAsync();
        _begunByAdoNet = await Context.Database.GetDbConnection().BeginTransactionAsync();
        Transaction = await Context.Database.UseTransactionAsync(_begunByAdoNet);
        Model.Transaction = new ModelTransaction();
    }

    public async Task JoinAsync(Session them)
    {
        Transaction = await Context.Database.UseTransactionAsync(them.Transaction!.GetDbTransaction());
        Model.Transaction = them.Model.Transaction;
    }

    public async Task LeaveAsync(Calls calls)
    {
        if (Transaction is not null)
        {
            await calls.DisposeAsync(Transaction);
            (Transaction, IsOwner, Model.Transaction) = (null, false, null);
        }
    }

    /// <summary>The end of a transaction that no context owns; it rolls back what was not committed.</summary>
    public async Task EndAdoNetAsync()
    {
        if (_begunByAdoNet is not null)
        {
            await _begunByAdoNet.DisposeAsync();
            _begunByAdoNet = null;
            await Context.Database.CloseConnectionAsync();
        }
    }

    public bool SharesConnectionWith(Session them) => Context.Database.GetDbConnection() == them.Context.Database.GetDbConnection();

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        await (_begunByAdoNet?.DisposeAsync() ?? default);
    }
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>Two contexts are in one transaction, which one of them has begun, and both know of it.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ASharedTransactionContract(Calls calls) : ShopTest
{
    [Test]
    [Row("f1", "two contexts share a transaction by `UseTransaction`, its owner commits", EfCore = "Tx+ TxU SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD C H", Stored = "first, second, third")]
    public async Task Delivers_the_events_of_both_contexts_that_share_it_when_its_owner_commits()
    {
        var (owner, guest) = await SharingContextsAsync();
        await AddAsync(owner, "first");
        await AddAsync(guest, "second");
        await AddAsync(owner, "third");

        await calls.CommitAsync(owner.Database.CurrentTransaction!);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second"), new OrderPlaced("third") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("f2", "two contexts share a transaction by `UseTransaction`, the other one commits", EfCore = "Tx+ TxU SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD C H ~disp", Stored = "first, second")]
    public async Task Delivers_the_events_of_both_contexts_once_when_the_other_one_commits()
    {
        var (owner, guest) = await SharingContextsAsync();
        await AddAsync(owner, "first");
        await AddAsync(guest, "second");

        await calls.CommitAsync(guest.Database.CurrentTransaction!);
        await calls.DisposeAsync(owner);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
        await AssertRowAsync();
    }

    [Test]
    public async Task Outlives_a_context_that_only_took_part_in_it()
    {
        var (owner, guest) = await SharingContextsAsync();
        await AddAsync(guest, "first");
        await calls.DisposeAsync(guest);

        await calls.CommitAsync(owner.Database.CurrentTransaction!);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Delivers_nothing_of_either_context_when_it_is_rolled_back()
    {
        var (owner, guest) = await SharingContextsAsync();
        await AddAsync(owner, "first");
        await AddAsync(guest, "second");

        await calls.RollbackAsync(owner.Database.CurrentTransaction!);

        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }

    private async Task AddAsync(ShopContext context, string name)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }

    private async Task<(ShopContext Owner, ShopContext Guest)> SharingContextsAsync()
    {
        var owner = NewContext();
        var transaction = await calls.BeginAsync(owner);
        var guest = NewContext();
        guest.Database.SetDbConnection(owner.Database.GetDbConnection());
        await guest.Database.UseTransactionAsync(transaction.GetDbTransaction());
        return (owner, guest);
    }
}

public sealed class ASharedTransactionOnSqlite(Calls calls) : ASharedTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ASharedTransactionOnPostgres(Calls calls) : ASharedTransactionContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>EF Core sends the rows of a save one by one, because no more may, or so few need not, go together.</summary>
[TestFixture(Calls.Sync, 1, 1)]
[TestFixture(Calls.Async, 1, 1)]
[TestFixture(Calls.Sync, 1000, 9)]
[TestFixture(Calls.Async, 1000, 9)]
public abstract class ASaveInSmallBatchesContract(Calls calls, int max, int min) : OutboxTest
{
    protected override void AddInterceptors(DbContextOptionsBuilder options)
    {
        var provider = options.Options.Extensions.OfType<RelationalOptionsExtension>().Single();
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(provider.WithMaxBatchSize(max).WithMinBatchSize(min));
    }

    [Test]
    public async Task Stores_its_events_once_and_does_not_count_them([Values(1, 3)] int orders)
    {
        var context = NewContext();
        context.AddRange(Enumerable.Range(0, orders).Select(number => new Order($"order {number}")));
        string[] payloads = [];
        Seen.WhenHandled = async (_, _, _) => payloads = [.. (await RowsAsync()).Select(row => row.Payload)];

        Assert.That(await calls.SaveAsync(context), Is.EqualTo(orders));

        Assert.That(Seen.Events, Has.Count.EqualTo(orders));
        Assert.That(payloads, Has.Length.EqualTo(1).And.All.Contains("order 0").And.All.Contains($"order {orders - 1}"));
        await EmptyAsync();
    }

    [Test]
    public async Task Leaves_nothing_when_the_row_of_the_outbox_is_refused([Values(1, 3)] int orders)
    {
        await NewContext().Database.ExecuteSqlRawAsync("DROP TABLE \"AnywiseOutbox\"");
        var context = NewContext();
        context.AddRange(Enumerable.Range(0, orders).Select(number => new Order($"order {number}")));

        Assert.That(async () => await calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.StartsWith("The database has no table for the outbox"));

        Assert.That(NewContext().Orders.Any(), Is.False);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Leaves_no_row_of_the_outbox_when_one_of_the_others_is_refused()
    {
        var saved = new Order("first");
        var earlier = NewContext();
        earlier.Add(saved);
        await calls.SaveAsync(earlier);
        await EmptyAsync();
        var context = NewContext();
        var twin = new Order("twin");
        context.Entry(twin).Property(order => order.Id).CurrentValue = saved.Id;
        context.AddRange(new Order("other"), twin);

        Assert.That(async () => await calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(NewContext().Orders.Count(), Is.EqualTo(1));
    }
}

public sealed class ASaveInSmallBatchesOnSqlite(Calls calls, int max, int min) : ASaveInSmallBatchesContract(calls, max, min)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ASaveInSmallBatchesOnPostgres(Calls calls, int max, int min) : ASaveInSmallBatchesContract(calls, max, min)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

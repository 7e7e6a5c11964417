using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>After a failed statement PostgreSQL answers a commit with a rollback, and Npgsql does not say so.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AnAbortedTransactionOnPostgres(Calls calls) : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    [Test]
    [Row("m4 m5", "a query fails and is given up, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD sql ~disp")]
    public async Task Is_not_committed_in_silence_after_a_query_that_failed()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        Assert.That(() => context.Database.ExecuteSqlRawAsync("SELECT 1 / 0"), Throws.InstanceOf<PostgresException>());

        Assert.That(() => calls.CommitAsync(transaction), Throws.InvalidOperationException.With.Message.Contains("cannot be committed").And.Message.Contains("Roll it back"));

        await AssertNothingHappenedAsync(transaction);
        await AssertRowAsync();
    }

    [Test]
    [Row("c3", "`AutoSavepointsEnabled = false`, the second save fails and is given up, `Commit`", EfCore = "Tx+ SaS cmd SaD SaS cmd cmdFail SaF ~disp")]
    public async Task Is_not_committed_in_silence_after_a_failed_save_without_savepoint()
    {
        var context = NewContext();
        context.Database.AutoSavepointsEnabled = false;
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        context.Add(new Order("first"));
        Assert.That(() => calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        Assert.That(() => calls.CommitAsync(transaction), Throws.InvalidOperationException);

        await AssertNothingHappenedAsync(transaction);
        await AssertRowAsync();
    }

    [Test]
    [Row("d4", "`RollbackToSavepoint` of an unknown name, `Commit`", EfCore = "Tx+ SaS sp+ cmd sp- SaD TF(RollbackToSavepoint) ~disp")]
    public async Task Is_not_committed_in_silence_after_a_savepoint_that_does_not_exist()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        Assert.That(() => calls.RollbackToAsync(transaction, "nowhere"), Throws.InstanceOf<PostgresException>());

        Assert.That(() => calls.CommitAsync(transaction), Throws.InvalidOperationException);

        await AssertNothingHappenedAsync(transaction);
        await AssertRowAsync();
    }

    [Test]
    public async Task Delivers_what_is_committed_after_the_failure_was_rolled_back_to_a_savepoint()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        await AddAsync(context, "first");
        await calls.CreateSavepointAsync(transaction, "safe");
        Assert.That(() => context.Database.ExecuteSqlRawAsync("SELECT 1 / 0"), Throws.InstanceOf<PostgresException>());
        await calls.RollbackToAsync(transaction, "safe");

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    private async Task AddAsync(ShopContext context, string name)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }

    private async Task AssertNothingHappenedAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction)
    {
        await calls.DisposeAsync(transaction);
        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }
}

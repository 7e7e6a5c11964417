using System.Transactions;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>A TransactionScope, or a transaction that a connection was enlisted in.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AnAmbientTransactionOnPostgres(Calls calls) : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    [Test]
    [Row("g1", "two saves in a `TransactionScope` that is completed", EfCore = "SaS cmd SaD SaS cmd SaD H", Stored = "first, second")]
    public async Task Delivers_when_the_scope_is_completed_and_disposed()
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var context = NewContext();
            await AddAsync(context, "first");
            await AddAsync(context, "second");
            scope.Complete();
            Assert.That(Seen.Events, Is.Empty);
        }

        await AssertStoredAndSeenAsync("first", "second");
        await AssertRowAsync();
    }

    [Test]
    [Row("g2", "a save in a `TransactionScope` that is not completed", EfCore = "SaS cmd SaD")]
    public async Task Delivers_nothing_when_the_scope_is_not_completed()
    {
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await AddAsync(NewContext(), "first");
        }

        await AssertStoredAndSeenAsync();
        await AssertRowAsync();
    }

    [Test]
    [Row("g6", "two contexts save in a `TransactionScope` that is completed", EfCore = "SaS cmd SaD SaS cmd SaD SaS cmd SaD H", Stored = "1, 2, 3")]
    public async Task Delivers_the_events_of_two_contexts_in_the_order_of_their_saves()
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var (one, other) = (NewContext(), NewContext());
            await AddAsync(one, "1");
            await AddAsync(other, "2");
            await AddAsync(one, "3");
            scope.Complete();
        }

        await AssertStoredAndSeenAsync("1", "2", "3");
        await AssertRowAsync();
    }

    [Test]
    public async Task Lets_handlers_save_with_a_context_of_their_own()
    {
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "1" })
            {
                await AddAsync(NewContext(), "2");
            }
        };
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await AddAsync(NewContext(), "1");
            scope.Complete();
        }

        await AssertStoredAndSeenAsync("1", "2");
    }

    [Test]
    [Row("g3", "`EnlistTransaction`, a save, the transaction is committed", EfCore = "SaS cmd SaD H", Stored = "first")]
    public async Task Delivers_when_the_transaction_that_the_connection_was_enlisted_in_is_committed()
    {
        using var transaction = new CommittableTransaction();
        await SaveEnlistedAsync(transaction);

        transaction.Commit();

        await AssertRowAsync();
    }

    [Test]
    public async Task Delivers_nothing_when_the_transaction_that_the_connection_was_enlisted_in_is_rolled_back()
    {
        using var transaction = new CommittableTransaction();
        await SaveEnlistedAsync(transaction);

        transaction.Rollback();

        await AssertStoredAndSeenAsync();
    }

    [Test]
    [Row("g5", "a handler fails after a `TransactionScope`", EfCore = "SaS cmd SaD H", Stored = "first")]
    public async Task Reports_the_failure_of_a_handler_that_the_platform_would_swallow()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("handler");
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await AddAsync(NewContext(), "first");
            scope.Complete();
        }

        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 1 }));
        await AssertRowAsync();
    }

    private async Task SaveEnlistedAsync(CommittableTransaction transaction)
    {
        var context = NewContext();
        await context.Database.OpenConnectionAsync();
        context.Database.EnlistTransaction(transaction);
        await AddAsync(context, "first");
        Assert.That(Seen.Events, Is.Empty);
    }

    private async Task AddAsync(ShopContext context, string name)
    {
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }

    private async Task AssertStoredAndSeenAsync(params string[] names)
    {
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(names));
        Assert.That(Seen.Events, Is.EqualTo(names.Select(name => new OrderPlaced(name))));
    }
}

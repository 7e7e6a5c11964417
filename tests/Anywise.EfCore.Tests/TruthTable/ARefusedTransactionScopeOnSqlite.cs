using System.Transactions;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>SQLite takes no part in a TransactionScope, and EF Core refuses to save in one.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class ARefusedTransactionScopeOnSqlite(Calls calls) : RowTest(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    [Test]
    [Row("g1 g2", "a save in a `TransactionScope`", EfCore = "SaS SaF")]
    public async Task Leaves_the_event_on_its_aggregate()
    {
        var order = new Order("1");
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var context = NewContext();
            context.Add(order);
            Assert.That(() => Calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.Contains("AmbientTransactionWarning"));
            scope.Complete();
        }

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }
}

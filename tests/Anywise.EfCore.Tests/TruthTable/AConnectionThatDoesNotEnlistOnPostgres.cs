using System.Transactions;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>A connection that takes no part in the TransactionScope around it, because it was told not to.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AConnectionThatDoesNotEnlistOnPostgres(Calls calls) : RowTest(calls)
{
    protected override async Task<TestDatabase> NewDatabaseAsync() => ((PostgresDatabase)await PostgresDatabase.NewAsync()).WithoutEnlisting();

    [Test]
    [Row("g7", "`Enlist=false`, a save in a `TransactionScope` that is completed", EfCore = "SaS cmd SaD H", Stored = "1")]
    public async Task Delivers_when_the_scope_is_completed()
    {
        await SaveInScopeAsync(completes: true);

        await AssertRowAsync();
    }

    [Test]
    [Row("g7", "`Enlist=false`, a save in a `TransactionScope` that is not completed", EfCore = "SaS cmd SaD", Stored = "1", Seen = "")]
    public async Task Delivers_nothing_when_the_scope_is_not_completed_although_the_row_is_stored()
    {
        await SaveInScopeAsync(completes: false);

        await AssertRowAsync();
    }

    private async Task SaveInScopeAsync(bool completes)
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await AddAsync(NewContext(), "1");
        Assert.That(Seen.Events, Is.Empty);
        if (completes)
        {
            scope.Complete();
        }
    }
}

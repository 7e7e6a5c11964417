using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>A pool of one connection shows who holds it.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AnOnlyConnectionOnPostgres(Calls calls) : RowTest(calls)
{
    protected override async Task<TestDatabase> NewDatabaseAsync() => ((PostgresDatabase)await PostgresDatabase.NewAsync()).WithOneConnection();

    [Test]
    [Row("X1", "an interceptor uses another context in `TransactionCommitted` of an explicit transaction: the pool is exhausted",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD C SaS SaF H ~disp", Stored = "1")]
    public async Task Delivers_when_the_connection_is_free_which_it_is_not_for_interceptors()
    {
        EfCore.When("C", (_, _) =>
        {
            Assert.That(() => AddAsync(NewContext(), "2"), Throws.Exception.With.InnerException.Message.Contains("pool has been exhausted"));
            return Task.CompletedTask;
        });

        await SaveInTransactionAsync("1");

        await AssertRowAsync();
    }

    [Test]
    [Row("X2", "a handler saves with a context of its own after the commit of an explicit transaction", EfCore = "Tx+ SaS sp+ cmd sp- SaD C H SaS cmd SaD H ~disp",
        Stored = "1, 2")]
    public async Task Leaves_the_connection_of_an_explicit_transaction_to_the_handlers()
    {
        SaveInTheHandlerOf("1", saves: "2");

        await SaveInTransactionAsync("1");

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("t14", "a handler saves with a context of its own after an implicit transaction", EfCore = "SaS Tx+ cmd C ~disp H SaS cmd SaD H SaD", Stored = "1, 2, 3")]
    public async Task Leaves_the_connection_of_an_implicit_transaction_to_the_handlers()
    {
        SaveInTheHandlerOf("1", saves: "3");

        await AddAsync(NewContext(), "1", "2");

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    private void SaveInTheHandlerOf(string name, string saves) => Seen.WhenHandled = async (@event, _, _) =>
    {
        if (@event is OrderPlaced placed && placed.Name == name)
        {
            await AddAsync(NewContext(), saves);
        }
    };

    private async Task SaveInTransactionAsync(string name)
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, name);
        await Calls.CommitAsync(transaction);
        await Calls.DisposeAsync(transaction);
    }
}

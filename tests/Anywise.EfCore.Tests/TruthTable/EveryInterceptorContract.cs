using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of interceptors and handlers that use the context that is being saved.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryInterceptorContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("t1", "an interceptor saves one insert in `SavedChanges`", EfCore = "SaS cmd H SaD SaS cmd H SaD", Stored = "1, 2")]
    public async Task Delivers_what_an_interceptor_saves_after_the_save()
    {
        EfCore.When("SaD", SaveWithTheSameContext("2"));

        await AddAsync(NewContext(), "1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t2", "an interceptor saves two inserts in `SavedChanges`", EfCore = "SaS Tx+ cmd C ~disp H SaD SaS Tx+ cmd C ~disp H SaD", Stored = "1, 2, 3, 4")]
    public async Task Delivers_what_an_interceptor_saves_in_a_transaction_after_the_save()
    {
        EfCore.When("SaD", SaveWithTheSameContext("3", "4"));

        await AddAsync(NewContext(), "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("t3", "an interceptor saves in `TransactionCommitted` of an implicit transaction: EF Core refuses", Stored = "1, 2",
        EfCore = "SaS Tx+ cmd C SaS TF(CreateSavepoint) SaF ~disp H SaD")]
    public async Task Delivers_what_is_committed_when_a_save_inside_of_the_commit_is_refused()
    {
        EfCore.When("C", AssertRefuses(context => Calls.SaveAsync(context)));

        await AddAsync(NewContext(), "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("t4", "an interceptor saves in `TransactionCommitted` of an explicit transaction: EF Core refuses", Stored = "1",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD C SaS TF(CreateSavepoint) SaF H")]
    public async Task Delivers_what_is_committed_when_a_save_in_the_committed_transaction_is_refused()
    {
        EfCore.When("C", AssertRefuses(context =>
        {
            context.Add(new Order("2"));
            return Calls.SaveAsync(context);
        }));

        await SaveInTransactionAsync("1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t5", "an interceptor queries in `TransactionCommitted` of an explicit transaction: EF Core refuses", EfCore = "Tx+ SaS sp+ cmd sp- SaD C H", Stored = "1")]
    public async Task Delivers_what_is_committed_when_a_query_in_the_committed_transaction_is_refused()
    {
        EfCore.When("C", AssertRefuses(context => QueryAsync(context)));

        await SaveInTransactionAsync("1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t5b", "an interceptor leaves the transaction by `UseTransaction(null)` in `TransactionCommitted`, and saves", Stored = "1, 2",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD C SaS cmd SaD H")]
    public async Task Delivers_what_is_committed_although_an_interceptor_left_the_transaction_before_it_was_told()
    {
        EfCore.When("C", async (context, _) =>
        {
            context.Database.UseTransaction(null);
            await AddAsync(context, "2");
        });

        await SaveInTransactionAsync("1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t6", "an interceptor queries in `TransactionCommitted` of an implicit transaction: EF Core refuses", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "1, 2")]
    public async Task Delivers_what_is_committed_when_a_query_inside_of_the_commit_is_refused()
    {
        EfCore.When("C", AssertRefuses(context => QueryAsync(context)));

        await AddAsync(NewContext(), "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("t7", "an interceptor saves with another context in `TransactionCommitted` of an implicit transaction", Stored = "3, 1, 2",
        EfCore = "SaS Tx+ cmd C SaS cmd H SaD ~disp H SaD")]
    public async Task Delivers_what_another_context_saves_inside_of_the_commit_at_once()
    {
        EfCore.When("C", (_, _) => AddAsync(NewContext(), "3"));

        await AddAsync(NewContext(), "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("t12", "an interceptor saves in `SavedChanges` inside an explicit transaction", EfCore = "Tx+ SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD C H", Stored = "1, 2")]
    public async Task Delivers_what_an_interceptor_saves_with_the_transaction_that_it_joins()
    {
        EfCore.When("SaD", SaveWithTheSameContext("2"));

        await SaveInTransactionAsync("1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t13", "an interceptor begins a transaction in `SavedChanges`, saves and commits it", EfCore = "SaS cmd H SaD Tx+ SaS sp+ cmd sp- SaD C H ~disp", Stored = "1, 2")]
    public async Task Delivers_what_an_interceptor_commits_in_a_transaction_of_its_own()
    {
        EfCore.When("SaD", async (context, _) =>
        {
            await using var transaction = await Calls.BeginAsync(context);
            await AddAsync(context, "2");
            await Calls.CommitAsync(transaction);
        });

        await AddAsync(NewContext(), "1");

        await AssertRowAsync();
    }

    [Test]
    [Row("t15", "a handler of an implicit transaction saves with the context of the saver, which is free again", EfCore = "SaS Tx+ cmd C ~disp H SaS cmd SaD H SaD",
        Stored = "1, 2, 3")]
    public async Task Leaves_the_context_of_an_implicit_transaction_free_for_handlers()
    {
        var context = NewContext();
        SaveInTheHandlerOf("1", context, "3");

        await AddAsync(context, "1", "2");

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("t15", "a handler of an explicit transaction saves with the context of the saver, which is free again", EfCore = "Tx+ SaS sp+ cmd sp- SaD C H SaS cmd SaD H",
        Stored = "1, 2")]
    public async Task Leaves_the_context_of_an_explicit_transaction_free_for_handlers()
    {
        var context = NewContext();
        SaveInTheHandlerOf("1", context, "2");
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");

        await Calls.CommitAsync(transaction);

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("t17", "the order of everything around a save", EfCore = "event SavingChanges SaS event DetectingAllChanges event DetectedAllChanges cmd H SaD event SavedChanges",
        Stored = "1")]
    public async Task Collects_when_all_changes_are_detected_and_delivers_as_the_first_interceptor()
    {
        var context = NewContext();
        EfCore.ListenTo(context);

        await AddAsync(context, "1");

        await AssertRowAsync();
    }

    private void SaveInTheHandlerOf(string name, ShopContext context, string saves) => Seen.WhenHandled = async (@event, _, _) =>
    {
        if (@event is OrderPlaced placed && placed.Name == name)
        {
            await AddAsync(context, saves);
        }
    };

    private async Task SaveInTransactionAsync(string name)
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, name);
        await Calls.CommitAsync(transaction);
    }

    private Task<int> QueryAsync(DbContext context) => Calls.Of(() => context.Set<Order>().Count(), () => context.Set<Order>().CountAsync());

    private static Func<DbContext, CancellationToken, Task> AssertRefuses(Func<DbContext, Task> use) => (context, _) =>
    {
        Assert.That(() => use(context), Throws.InvalidOperationException);
        return Task.CompletedTask;
    };
}

public sealed class EveryInterceptorOnSqlite(Calls calls) : EveryInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryInterceptorOnPostgres(Calls calls) : EveryInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

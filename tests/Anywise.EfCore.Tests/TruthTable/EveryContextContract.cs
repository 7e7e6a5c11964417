using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of many contexts, pooled ones, and ones that outlive their scope.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryContextContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("s1", "fifty contexts save at the same time, half of them in a transaction", Stored = "50 orders")]
    public async Task Delivers_the_events_of_parallel_contexts_each_once()
    {
        var contexts = Enumerable.Range(1, 50).Select(number => (Number: number, Context: NewContext())).ToList();
        await Task.WhenAll(contexts.Select(one => Task.Run(() => SaveAsync(one.Context, $"{one.Number}", inTransaction: one.Number % 2 == 0))));

        var (stored, seen) = (await StoredOrdersAsync(), Replay.RowsAfter(Seen.Events));
        Assert.That(seen, Is.EquivalentTo(stored));
        await AssertRowAsync([$"{stored.Count} orders"], [$"{seen.Count} orders"]);
    }

    [Test]
    [Row("s2", "two types of contexts in one container, in one transaction", EfCore = "Tx+ TxU SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD SaS sp+ cmd sp- SaD C H", Stored = "1, 2, 3")]
    public async Task Delivers_the_events_of_contexts_of_different_types_in_order()
    {
        var services = Build(services => services.AddDbContext<OneContext>(Configure).AddDbContext<OtherContext>(Configure));
        await using var scope = services.CreateAsyncScope();
        var (one, other) = (scope.ServiceProvider.GetRequiredService<OneContext>(), scope.ServiceProvider.GetRequiredService<OtherContext>());
        await using var transaction = await Calls.BeginAsync(one);
        other.Database.SetDbConnection(one.Database.GetDbConnection());
        await other.Database.UseTransactionAsync(transaction.GetDbTransaction());
        await AddAsync(one, "1");
        await AddAsync(other, "2");
        await AddAsync(one, "3");

        await Calls.CommitAsync(transaction);

        await AssertRowAsync();
    }

    [Test]
    [Row("X6", "a pooled context is returned with a transaction and unsaved events, and leased again", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp SaS cmd H SaD", Stored = "3")]
    public async Task Leaves_nothing_of_a_lease_to_the_next_one_of_the_same_instance()
    {
        var services = Build(services => services.AddDbContextPool<OneContext>(Configure, poolSize: 1));
        OneContext first;
        await using (var scope = services.CreateAsyncScope())
        {
            first = scope.ServiceProvider.GetRequiredService<OneContext>();
            await Calls.BeginAsync(first);
            await AddAsync(first, "1");
            first.Add(new Order("2"));
        }

        await using var next = services.CreateAsyncScope();
        Assert.That(next.ServiceProvider.GetRequiredService<OneContext>(), Is.SameAs(first));
        await AddAsync(first, "3");

        await AssertRowAsync();
    }

    [Test]
    [Row("X9", "the scope of a context is disposed before its save", EfCore = "SaS cmd H SaD", Stored = "1")]
    public async Task Delivers_although_the_scope_of_the_context_is_gone()
    {
        var scope = Services.CreateAsyncScope();
        await using var context = new ShopContext(scope.ServiceProvider.GetRequiredService<DbContextOptions<ShopContext>>());
        context.Add(new Order("1")); // now the context takes what it needs of its scope
        await scope.DisposeAsync();

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    private async Task SaveAsync(ShopContext context, string name, bool inTransaction)
    {
        if (!inTransaction)
        {
            await AddAsync(context, name);
            return;
        }

        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, name);
        await Calls.CommitAsync(transaction);
    }

    private sealed class OneContext(DbContextOptions<OneContext> options) : ShopContext(options);

    private sealed class OtherContext(DbContextOptions<OtherContext> options) : ShopContext(options);
}

public sealed class EveryContextOnSqlite(Calls calls) : EveryContextContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryContextOnPostgres(Calls calls) : EveryContextContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

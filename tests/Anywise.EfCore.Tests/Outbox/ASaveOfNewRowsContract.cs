using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>New rows and that of the outbox fit into one batch, which PostgreSQL commits without being told to.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class ASaveOfNewRowsContract(Calls calls) : OutboxTest
{
    protected Calls Calls { get; } = calls;

    /// <summary>Counts the transactions that EF Core begins.</summary>
    protected Begun Transactions { get; } = new();

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(Transactions);

    [SetUp]
    public void ForgetWhatMadeTheTables() => Transactions.Forget();

    [Test]
    public async Task Leaves_nothing_when_one_of_them_is_refused()
    {
        var saved = await SaveAsync("first");
        var context = NewContext();
        var twin = new Order("twin");
        context.Entry(twin).Property(order => order.Id).CurrentValue = saved.Id;
        context.AddRange(new Order("other"), twin);

        Assert.That(async () => await Calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        await EmptyAsync();
        Assert.That(NewContext().Orders.Select(order => order.Name), Is.EqualTo(new[] { "first" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Leaves_nothing_when_a_changed_row_is_not_there_any_more()
    {
        var saved = await SaveAsync("first");
        var context = NewContext();
        var stale = context.Orders.Single();
        await NewContext().Orders.ExecuteDeleteAsync();
        stale.Rename("renamed");
        context.Add(new Order("other"));

        Assert.That(async () => await Calls.SaveAsync(context), Throws.InstanceOf<DbUpdateConcurrencyException>());

        await EmptyAsync();
        Assert.That(NewContext().Orders.Any(), Is.False);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced(saved.Name) }));
    }

    [Test]
    public async Task Rolls_back_with_the_transaction_of_its_saver()
    {
        var context = NewContext();
        await using (await context.Database.BeginTransactionAsync())
        {
            context.Add(new Order("first"));
            await Calls.SaveAsync(context);
        }

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(NewContext().Orders.Any(), Is.False);
    }

    [Test]
    public async Task Is_told_of_each_transaction_that_its_saver_wants_always()
    {
        var context = NewContext();
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        context.Add(new Order("first"));

        await Calls.SaveAsync(context);

        Assert.That(Transactions.Count, Is.EqualTo(1));
    }

    protected async Task<Order> SaveAsync(string name)
    {
        var context = NewContext();
        var order = new Order(name);
        context.Add(order);
        await Calls.SaveAsync(context);
        return order;
    }

    protected sealed class Begun : DbTransactionInterceptor
    {
        public int Count { get; private set; }

        public void Forget() => Count = 0;

        public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
        {
            Count++;
            return result;
        }

        public override ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            Count++;
            return new(result);
        }
    }
}

public sealed class ASaveOfNewRowsOnSqlite(Calls calls) : ASaveOfNewRowsContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ASaveOfNewRowsOnPostgres(Calls calls) : ASaveOfNewRowsContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    [Test]
    public async Task Fails_when_a_constraint_is_violated_that_is_checked_at_the_commit()
    {
        var context = NewContext();
        await context.Database.ExecuteSqlRawAsync("""ALTER TABLE "Orders" ADD CONSTRAINT once UNIQUE ("Revision") DEFERRABLE INITIALLY DEFERRED""");
        context.AddRange(new Order("first"), new Order("second"));

        Assert.That(async () => await Calls.SaveAsync(context), Throws.Exception);

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(NewContext().Orders.Any(), Is.False);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Needs_no_transaction_around_its_one_batch()
    {
        await SaveAsync("first");

        Assert.That(Transactions.Count, Is.Zero);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Has_a_transaction_around_two_batches()
    {
        var context = NewContext();
        context.AddRange(Enumerable.Range(0, 1_500).Select(number => new Order($"order {number}")));

        await context.SaveChangesAsync();

        Assert.That(Transactions.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Has_a_transaction_around_procedures_since_nobody_knows_what_they_do()
    {
        await NewContext().Database.ExecuteSqlRawAsync(
            """
            CREATE PROCEDURE insert_order(id uuid, name text, previous uuid, revision integer) LANGUAGE sql AS
            'INSERT INTO "Orders" ("Id", "Name", "PreviousId", "Revision") VALUES (id, name, previous, revision)'
            """);
        var options = new DbContextOptionsBuilder<ShopOfProcedures>();
        Database.Use(options);
        await using var context = new ShopOfProcedures(options
            .AddInterceptors(Transactions).AddAnywiseEvents(Services, events => events.UseOutbox(ConfigureOutbox)).Options);
        context.AddRange(new Order("first"), new Order("second"));

        await Calls.SaveAsync(context);

        Assert.That(Transactions.Count, Is.EqualTo(1));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(Seen.Events, Has.Count.EqualTo(2));
    }

    private sealed class ShopOfProcedures(DbContextOptions<ShopOfProcedures> options) : ShopContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Order>().InsertUsingStoredProcedure("insert_order", procedure => procedure
                .HasParameter(order => order.Id).HasParameter(order => order.Name).HasParameter("PreviousId").HasParameter(order => order.Revision));
        }
    }
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of a strategy that retries; the first are in <see cref="Saving.RepeatedSaveContract"/>.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryRetryContract(Calls calls) : RowTest(calls)
{
    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>();
        });

    [Test]
    [Row("i2", "a retrying strategy, the commit of the first attempt fails", EfCore = "SaS Tx+ cmd Cing TF(Commit) ~disp Tx+ cmd C ~disp H SaD", Stored = "1, 2")]
    public async Task Delivers_once_what_was_committed_in_the_second_attempt()
    {
        EfCore.When("Cing", _ => throw new TransientException());

        await AddAsync(NewContext(), "1", "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("i3", "a retrying strategy, an interceptor throws a transient exception from `TransactionCommitted`",
        EfCore = "SaS Tx+ cmd C TF(Commit) ~disp Tx+ cmd C ~disp H SaD",
        Stored = "receipt 1, receipt 2, receipt 3, receipt 4", Seen = "receipt 3, receipt 4")]
    public async Task Delivers_once_what_EF_Core_stores_twice()
    {
        EfCore.When("C", _ => throw new TransientException());
        var context = NewContext();
        var receipts = new[] { new Receipt(), new Receipt() };
        Array.ForEach(receipts, receipt => receipt.DomainEvents.Raise(() => new InvoicePaid(receipt.Id)));
        context.AddRange(receipts);

        await Calls.SaveAsync(context);

        await AssertRowAsync(await StoredReceiptsAsync());
    }

    [Test]
    [Row("i6", "a retrying strategy, `BeginTransaction` without `Execute`", EfCore = "Tx+ SaS SaF")]
    public async Task Leaves_the_event_on_its_aggregate_when_the_strategy_refuses_the_transaction()
    {
        var context = NewContext();
        var order = new Order("1");
        context.Add(order);

        Assert.That(
            async () =>
            {
                await Calls.BeginAsync(context);
                await Calls.SaveAsync(context);
            },
            Throws.InvalidOperationException);

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    [Test]
    [Row("i10 i11", "a handler throws a transient exception after the commit of a transaction inside a retrying strategy",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD C H ~disp", Stored = "1")]
    public async Task Does_not_let_the_failure_of_a_handler_repeat_the_unit_of_work()
    {
        Seen.WhenHandled = (_, _, _) => throw new TransientException();
        var context = NewContext();

        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await Calls.BeginAsync(context);
            await AddAsync(context, "1");
            await Calls.CommitAsync(transaction);
        });

        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 1 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("t14", "a handler of a save under a retrying strategy", EfCore = "SaS Tx+ cmd C ~disp H SaS cmd SaD H SaD", Stored = "1, 2, 3")]
    public async Task Calls_handlers_outside_of_the_strategy_of_the_save()
    {
        var context = NewContext();
        Seen.WhenHandled = async (@event, _, _) =>
        {
            if (@event is OrderPlaced { Name: "1" })
            {
                Assert.That(RetryingStrategy.IsRunning, Is.False);
                await AddAsync(context, "3");
            }
        };

        await AddAsync(context, "1", "2");

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    private async Task<List<string>> StoredReceiptsAsync() =>
        await NewContext().Receipts.AsNoTracking().OrderBy(receipt => receipt.Id).Select(receipt => $"receipt {receipt.Id}").ToListAsync();
}

public sealed class EveryRetryOnSqlite(Calls calls) : EveryRetryContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryRetryOnPostgres(Calls calls) : EveryRetryContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The server has committed, and the wire is cut before anybody hears of it.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class ALostAnswerOnPostgres(Calls calls) : RowTest(calls)
{
    /// <summary>With its end, since every transaction begins as READ COMMITTED.</summary>
    private const string Commit = "COMMIT\0";

    private bool _retries;

    private WireCut Wire => ((RemoteDatabase)Database).Wire;

    protected override Task<TestDatabase> NewDatabaseAsync() => RemoteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            if (_retries)
            {
                options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>();
            }
        });

    [Test]
    [Row("i7", "the answer to the commit of an implicit transaction is lost", EfCore = "SaS Tx+ cmd Cing TF(Commit) ~disp SaF", Stored = "1, 2", Seen = "")]
    public async Task Follows_EF_Core_which_says_that_the_save_failed_and_keeps_the_events()
    {
        var context = NewContext();
        var (one, other) = (new Order("1"), new Order("2"));
        context.AddRange(one, other);
        Wire.LoseTheAnswerTo(Commit);

        Assert.That(() => Calls.SaveAsync(context), Throws.Exception);

        Assert.That(Wire.IsWaiting, Is.False);
        Assert.That(one.DomainEvents.Concat(other.DomainEvents), Is.EqualTo(new[] { new OrderPlaced("1"), new OrderPlaced("2") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("i8", "the answer to the `Commit` of an explicit transaction is lost", EfCore = "Tx+ SaS sp+ cmd sp- SaD Cing TF(Commit) ~disp", Stored = "1", Seen = "")]
    public async Task Delivers_nothing_and_warns_when_nobody_can_say_whether_the_transaction_was_committed()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        Wire.LoseTheAnswerTo(Commit);

        Assert.That(() => Calls.CommitAsync(transaction), Throws.Exception);

        await Calls.DisposeAsync(transaction);
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 3 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("i12", "the answer to the release of the savepoint around a save in an explicit transaction is lost: EF Core says that the save succeeded",
        EfCore = "Tx+ SaS sp+ cmd TF(ReleaseSavepoint) SaD Cing TF(Commit) ~disp", Stored = "", Seen = "")]
    public async Task Delivers_nothing_of_a_transaction_that_ended_with_its_connection_at_the_end_of_a_save()
    {
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        Wire.LoseTheAnswerTo("RELEASE SAVEPOINT");

        await AddAsync(context, "1");

        Assert.That(() => Calls.CommitAsync(transaction), Throws.Exception);
        await Calls.DisposeAsync(transaction);
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 3 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("i9", "the answer to an insert without transaction is lost", EfCore = "SaS cmd cmdFail SaF", Stored = "1", Seen = "")]
    public Task Keeps_the_event_when_nobody_can_say_whether_the_row_was_inserted() => AssertKeepsTheEventAsync(NewContext());

    [Test]
    [Row("i9", "a retrying strategy, the answer to an insert without transaction is lost; its key is the application's, so that it cannot be inserted again",
        EfCore = "SaS cmd cmdFail cmd cmdFail SaF", Stored = "1", Seen = "")]
    public Task Keeps_the_event_when_a_second_attempt_finds_the_row_of_the_first() => AssertKeepsTheEventAsync(NewRetryingContext());

    [Test]
    [Row("i9", "a retrying strategy, the answer to an insert without transaction is lost; its key is the database's", EfCore = "SaS cmd cmdFail cmd H SaD",
        Stored = "receipt 1, receipt 2", Seen = "receipt 2")]
    public async Task Delivers_once_what_EF_Core_inserts_twice()
    {
        var context = NewRetryingContext();
        var receipt = new Receipt();
        receipt.DomainEvents.Raise(() => new InvoicePaid(receipt.Id));
        context.Add(receipt);
        Wire.LoseTheAnswerTo("INSERT");

        await Calls.SaveAsync(context);

        await AssertRowAsync(await NewContext().Receipts.OrderBy(stored => stored.Id).Select(stored => $"receipt {stored.Id}").ToListAsync());
    }

    [Test]
    [Row("i5 X3", "`ExecuteInTransaction`, the answer to the commit is lost, `verifySucceeded` finds the row",
        EfCore = "Tx+ SaS sp+ cmd sp- SaD Cing TF(Commit) ~disp", Stored = "1", Seen = "")]
    public async Task Keeps_the_events_when_only_the_application_knows_of_the_commit()
    {
        var context = NewRetryingContext();
        var order = new Order("1");
        context.Add(order);
        Wire.LoseTheAnswerTo(Commit);

        await ExecuteInTransactionAsync(context);
        context.ChangeTracker.AcceptAllChanges();

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
        await Calls.SaveAsync(context);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("1") }), "the next save delivers them");
    }

    private async Task AssertKeepsTheEventAsync(ShopContext context)
    {
        var order = new Order("1");
        context.Add(order);
        Wire.LoseTheAnswerTo("INSERT");

        Assert.That(() => Calls.SaveAsync(context), Throws.Exception);

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    private Task ExecuteInTransactionAsync(ShopContext context)
    {
        var strategy = context.Database.CreateExecutionStrategy();
        if (Calls == Calls.Async)
        {
            return strategy.ExecuteInTransactionAsync(
                _ => context.SaveChangesAsync(acceptAllChangesOnSuccess: false), _ => context.Orders.AsNoTracking().AnyAsync());
        }

        strategy.ExecuteInTransaction(() => context.SaveChanges(acceptAllChangesOnSuccess: false), () => context.Orders.AsNoTracking().Any());
        return Task.CompletedTask;
    }

    private ShopContext NewRetryingContext()
    {
        _retries = true;
        return Dispose(Build().CreateAsyncScope()).ServiceProvider.GetRequiredService<ShopContext>();
    }
}

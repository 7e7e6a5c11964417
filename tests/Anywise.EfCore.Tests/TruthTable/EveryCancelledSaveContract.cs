using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of saves whose token is cancelled, which only asynchronous ones have.</summary>
public abstract class EveryCancelledSaveContract() : RowTest(Calls.Async)
{
    private readonly CancellationTokenSource _cancellation = new();

    [Test]
    [Row("k2", "cancelled in `SavingChanges`, one insert", EfCore = "SaS SaC", EfCoreOnPostgres = "SaS cmd SaC")]
    public Task Leaves_the_event_on_its_aggregate_when_nothing_was_done_yet() => AssertIsNotSavedAsync(cancelledAt: "SaS", "1");

    [Test]
    [Row("k3", "cancelled at the commands of an implicit transaction", EfCore = "SaS Tx+ cmd ~disp SaC")]
    public Task Leaves_the_events_on_their_aggregates_when_the_transaction_is_given_up() => AssertIsNotSavedAsync(cancelledAt: "cmd", "1", "2");

    [Test]
    [Row("k4", "cancelled at the commit of an implicit transaction", EfCore = "SaS Tx+ cmd Cing TF(Commit) ~disp SaC")]
    public Task Leaves_the_events_on_their_aggregates_when_the_commit_is_given_up() => AssertIsNotSavedAsync(cancelledAt: "Cing", "1", "2");

    [Test]
    [Row("k5 X12", "cancelled when the implicit transaction is committed", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "1, 2")]
    public async Task Delivers_although_the_token_is_cancelled_by_then()
    {
        CancellationToken ofHandler = new(canceled: true);
        Seen.WhenHandled = (_, _, token) =>
        {
            ofHandler = token;
            return default;
        };
        EfCore.When("C", _ => _cancellation.Cancel());

        await SaveAsync("1", "2");

        Assert.That(_cancellation.IsCancellationRequested, Is.True);
        Assert.That(ofHandler.IsCancellationRequested, Is.False);
        await AssertRowAsync();
    }

    [Test]
    [Row("k5", "cancelled when the only command is done", EfCore = "SaS cmd H SaD", Stored = "1")]
    public async Task Delivers_although_the_token_is_cancelled_when_the_row_is_stored()
    {
        Seen.WhenHandled = (_, _, token) =>
        {
            Assert.That(token.IsCancellationRequested, Is.False);
            _cancellation.Cancel();
            return default;
        };

        await SaveAsync("1");

        Assert.That(LogEntries.WarningIds, Is.Empty);
        await AssertRowAsync();
    }

    private async Task AssertIsNotSavedAsync(string cancelledAt, params string[] names)
    {
        EfCore.When(cancelledAt, _ => _cancellation.Cancel());
        var orders = names.Select(name => new Order(name)).ToList();

        Assert.That(() => SaveAsync(orders), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(orders.SelectMany(order => order.DomainEvents), Is.EqualTo(names.Select(name => new OrderPlaced(name))));
        await AssertRowAsync();
    }

    private Task SaveAsync(params string[] names) => SaveAsync(names.Select(name => new Order(name)).ToList());

    private async Task SaveAsync(List<Order> orders)
    {
        var context = NewContext();
        context.AddRange(orders);
        await context.SaveChangesAsync(_cancellation.Token);
    }
}

public sealed class EveryCancelledSaveOnSqlite : EveryCancelledSaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryCancelledSaveOnPostgres : EveryCancelledSaveContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A handler throws an exception whose message throws itself.</summary>
public abstract class AFailureThatCannotBeReadContract(OutboxDelivery delivery) : OutboxTest
{
    private int _failures = 1;

    [Test]
    public async Task Does_not_reach_the_saver_and_the_handler_is_called_again()
    {
        await StartRelayAsync();

        await SaveAsync("first");

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("first") }));
    }

    [Test]
    public async Task Is_stored_and_said_by_the_type_of_the_exception()
    {
        await SaveAsync("first");

        await UntilAsync(async () => (await RowsAsync()).Single().Progress is not null);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain(nameof(UnreadableException)).And.Contain("\"attempts\":1"));
        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Warning).Exception!.ToString(), Does.Contain(nameof(UnreadableException)));
    }

    [Test]
    public async Task Does_not_hold_up_other_saves_nor_the_end_of_the_process()
    {
        _failures = 4;
        for (var number = 0; number < 4; number++)
        {
            await SaveAsync($"{number}");
        }

        await UntilAsync(() => Task.FromResult(Seen.Events.Count >= 4));

        await SaveAsync("good");

        await UntilAsync(async () => Seen.Events.Count == 5 && (await RowsAsync()).Count == 4);
        await Services.GetRequiredService<Outboxes>().All.Single().StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    [SetUp]
    public void Fail() => Seen.WhenHandled = (_, _, _) => Interlocked.Decrement(ref _failures) >= 0 ? throw new UnreadableException() : default;

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        (outbox.Delivery, outbox.MaxConcurrency) = (delivery, 2);
    }

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }
}

[TestFixture(OutboxDelivery.Inline)]
[TestFixture(OutboxDelivery.Background)]
public sealed class AFailureThatCannotBeReadOnSqlite(OutboxDelivery delivery) : AFailureThatCannotBeReadContract(delivery)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

[TestFixture(OutboxDelivery.Inline)]
[TestFixture(OutboxDelivery.Background)]
public sealed class AFailureThatCannotBeReadOnPostgres(OutboxDelivery delivery) : AFailureThatCannotBeReadContract(delivery)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

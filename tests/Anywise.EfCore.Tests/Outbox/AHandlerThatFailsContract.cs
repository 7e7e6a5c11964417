using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>One of two durable handlers throws.</summary>
public abstract class AHandlerThatFailsContract : OutboxTest
{
    private readonly Failing _failing = new();

    [Test]
    public async Task Is_called_again_until_it_succeeds_and_alone()
    {
        _failing.Remaining = 3;
        await StartRelayAsync();

        await SaveAsync("first");

        await EmptyAsync();
        Assert.That(_failing.Calls, Is.EqualTo(4));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(_failing.Ids.Distinct().Count(), Is.EqualTo(1), "it is the same message each time");
    }

    [Test]
    public async Task Does_not_fail_the_save_and_stays_in_the_table_with_its_error()
    {
        _failing.Remaining = 1;

        await SaveAsync("first");

        var row = (await RowsAsync()).Single();
        Assert.That(row.Progress, Does.Contain("\"attempts\":1").And.Contain("out of order").And.Contain(nameof(FailingHandler)));
        Assert.That(row.Progress, Does.Not.Contain(nameof(SeeingHandler)));
        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Warning).Text, Does.StartWith("'AHandlerThatFailsContract.FailingHandler' failed to handle 'OrderPlaced'").And.Contain("for the 1. time"));
    }

    [Test]
    public async Task Is_given_up_after_the_stated_number_of_attempts_and_kept()
    {
        _failing.Remaining = int.MaxValue;
        await StartRelayAsync();

        await SaveAsync("first");

        await UntilAsync(async () => (await RowsAsync()).Single().Dead == 1);
        Assert.That(_failing.Calls, Is.EqualTo(5));
        Assert.That((await RowsAsync()).Single().DueAt, Is.EqualTo(OutboxTable.Never));
        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Error).Text, Does.Contain("5 times and is given up"));
    }

    [Test]
    public async Task Does_not_hold_up_other_events()
    {
        _failing.Remaining = int.MaxValue;
        await StartRelayAsync();
        await SaveAsync("first");

        _failing.Remaining = 0;
        await SaveAsync("second");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
    }

    [Test]
    public async Task Is_due_again_before_the_leases_of_many_other_saves_end()
    {
        var ids = await CrashAsync([.. Enumerable.Range(0, 150).Select(number => $"{number}")], isOver: false);
        var inAnHour = TimeProvider.System.GetUtcNow().AddHours(1);
        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"DueAt\" = {0}", inAnHour.ToUnixTimeMilliseconds());
        await ExecuteAsync(
            "UPDATE \"AnywiseOutbox\" SET \"Attempt\" = 1, \"DueAt\" = {0} WHERE \"Id\" = {1}", inAnHour.AddSeconds(5).ToUnixTimeMilliseconds(), ids[0]);

        var untilDue = await Services.GetRequiredService<Outboxes>().All.Single().Store.TimeUntilDueAsync(CancellationToken.None);

        Assert.That(untilDue, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(inAnHour.AddSeconds(5) - inAnHour.AddHours(-1)));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxAttempts = 5;
    }

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.Services.AddSingleton(_failing);
        anywise.AddHandler<FailingHandler>();
    }

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }

    internal sealed class Failing
    {
        private int _calls;

        public int Remaining { get; set; }

        public int Calls => _calls;

        public List<Guid> Ids { get; } = [];

        public void Call(Guid id)
        {
            lock (Ids)
            {
                Ids.Add(id);
            }

            Interlocked.Increment(ref _calls);
            if (Remaining-- > 0)
            {
                throw new InvalidOperationException("out of order");
            }
        }
    }

    internal sealed class FailingHandler(Failing failing, MessageContext message) : IEventHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            failing.Call(message.MessageId);
            return default;
        }
    }
}

public sealed class AHandlerThatFailsOnSqlite : AHandlerThatFailsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AHandlerThatFailsOnPostgres : AHandlerThatFailsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

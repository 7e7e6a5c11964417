using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The relay of one process sleeps, and hears through PostgreSQL what happens in another, which has none.</summary>
public sealed class SeveralProcessesOnPostgres : OutboxTest
{
    private ServiceProvider _other = null!;

    [SetUp]
    public async Task StartTheOther()
    {
        _other = Build();
        await StartRelayAsync(_other);
        await UntilAsync(async () => await ListenersAsync() == 1);
    }

    [Test]
    public async Task Hear_of_an_event_that_is_to_be_tried_again()
    {
        var calls = 0;
        Seen.WhenHandled = (_, _, _) => Interlocked.Increment(ref calls) == 1 ? throw new InvalidOperationException("broken") : default;
        await PlaceAsync();

        await EmptyAsync();
        Assert.That(calls, Is.EqualTo(2));
    }

    [Test]
    public async Task Hear_of_a_message_that_is_enqueued_for_later()
    {
        var context = NewContext();
        context.Enqueue(new OrderPlaced("soon"), TimeProvider.System.GetUtcNow().AddSeconds(1));
        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("soon") }));
    }

    [Test]
    public async Task Hear_of_it_when_somebody_lets_the_dead_try_again()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("broken");
        await PlaceAsync();
        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Seen.WhenHandled = static (_, _, _) => default;

        await Services.GetRequiredService<IOutbox<ShopContext>>().RetryAllAsync();

        await EmptyAsync();
    }

    [Test]
    public async Task Hear_each_other_again_after_their_connections_were_cut()
    {
        await using (var context = NewContext())
        {
            await context.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        }

        await UntilAsync(() => Task.FromResult(LogEntries.Entries.Any(entry => entry.Level == LogLevel.Error)));
        await UntilAsync(async () => await ListenersAsync() == 1);

        await Hear_of_a_message_that_is_enqueued_for_later();
    }

    [Test]
    public async Task Send_one_signal_for_many_wishes()
    {
        var (sent, mayGoOn) = (0, new TaskCompletionSource());
        var signal = new FakeSignal(async () =>
        {
            Interlocked.Increment(ref sent);
            await mayGoOn.Task;
        });
        var database = new OutboxDatabase(NewContext(), new OutboxOptions(), Services);
        var signals = new OutboxSignals(signal, database, TimeProvider.System, static _ => { });

        for (var wish = 0; wish < 1000; wish++)
        {
            signals.Send();
        }

        mayGoOn.SetResult();
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref sent) > 0));
        signals.Send();
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref sent) > 1));
        Assert.That(sent, Is.InRange(2, 4));
    }

    [Test]
    public async Task Report_an_outage_once_however_long_it_takes_and_the_next_one_again()
    {
        var (clock, reports, tries) = (new FakeTimeProvider(), 0, 0);
        var signal = new FakeSignal(send: static () => Task.CompletedTask, listen: heard =>
        {
            if (++tries == 4)
            {
                heard();
            }

            throw new InvalidOperationException("away");
        });
        using var stopping = new CancellationTokenSource();
        var database = new OutboxDatabase(NewContext(), new OutboxOptions(), Services);
        var listening = new OutboxSignals(signal, database, clock, _ => reports++).ListenAsync(static () => { }, stopping.Token);

        await UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(tries >= 6);
        });
        await stopping.CancelAsync();
        await listening;

        Assert.That(reports, Is.EqualTo(2));
    }

    [Test]
    public async Task Are_refused_on_another_database()
    {
        await using var database = await SqliteDatabase.NewAsync();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(Seen);
        builder.Services.AddAnywise(anywise => anywise.AddHandler<SeeingHandler>());
        builder.Services.AddDbContext<ShopContext>(options =>
        {
            database.Use(options);
            options.AddAnywiseEvents(events => events.UseOutbox(outbox => outbox.UseNotify()));
        });
        using var host = builder.Build();

        Assert.That(() => host.StartAsync(), Throws.InvalidOperationException.With.Message.StartsWith("'UseNotify' is for PostgreSQL, but 'ShopContext' uses"));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.PollingInterval = TimeSpan.FromHours(1);
        outbox.MaxAttempts = 2;
        outbox.UseNotify();
    }

    private async Task PlaceAsync()
    {
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
    }

    private async Task<int> ListenersAsync()
    {
        await using var context = NewContext();
        return await context.Database
            .SqlQueryRaw<int>("SELECT COUNT(*)::int AS \"Value\" FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'").SingleAsync();
    }

    private sealed class FakeSignal(Func<Task> send, Action<Action>? listen = null) : OutboxSignal
    {
        public override Task SendAsync(DbContext context, string table, string sender) => send();

        public override Task ListenAsync(DbContext context, string table, string sender, Action heard, CancellationToken cancellationToken)
        {
            listen?.Invoke(heard);
            return Task.CompletedTask;
        }
    }
}

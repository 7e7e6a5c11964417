using System.Diagnostics;
using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Rows are in the table whose process is gone.</summary>
public abstract class AProcessThatEndsContract : OutboxTest
{
    [Test]
    public async Task Leaves_its_events_to_a_relay_when_its_lease_is_over()
    {
        var ids = await CrashAsync("first");
        var contexts = new List<(Guid Id, Guid? Cause)>();
        Seen.WhenHandled = (_, services, _) =>
        {
            var message = services.GetRequiredService<MessageContext>();
            contexts.Add((message.MessageId, message.CausationId));
            return default;
        };

        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(contexts.Select(context => context.Id), Is.EqualTo(ids), "the id is that of the event, in whatever process");
        Assert.That(contexts.Single().Cause, Is.Not.Null);
    }

    [Test]
    public async Task Leaves_the_trace_of_its_saves_with_their_events()
    {
        using var trace = new TraceReading();
        await CrashAsync("first");
        Activity.Current = null; // the relay knows of it by the row alone

        await StartRelayAsync();

        await EmptyAsync();
        await UntilAsync(() => Task.FromResult(trace.Stopped.Count == 2));
        Assert.That(trace.Stopped, Is.EqualTo(new[] { "deliver OrderPlaced > handle SeeingHandler", "deliver OrderPlaced" }));
    }

    [Test]
    public async Task Keeps_its_events_while_its_lease_lasts()
    {
        await CrashAsync(["first"], isOver: false);
        await StartRelayAsync();

        await using var store = Store();
        Assert.That(await store.ClaimAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Leaves_each_event_to_one_of_two_relays()
    {
        await CrashAsync([.. Enumerable.Range(0, 40).Select(number => $"order {number:00}")]);

        await Task.WhenAll(StartRelayAsync(), StartRelayAsync(Build()));

        await EmptyAsync();
        Assert.That(Seen.Events.Cast<OrderPlaced>().Select(placed => placed.Name).Order(), Is.EqualTo(Enumerable.Range(0, 40).Select(number => $"order {number:00}")));
    }

    [Test]
    public async Task Parks_an_event_whose_type_this_version_does_not_know_and_goes_on_with_others()
    {
        await CrashAsync("first");
        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"Payload\" = replace(\"Payload\", 'OrderPlaced', 'OrderOfTheFuture')");

        await CrashAsync("second");
        await StartRelayAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("does not know the type"));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("second") }));
    }

    [Test]
    public async Task Parks_a_handler_that_this_version_does_not_know_and_calls_the_others()
    {
        await CrashAsync("first");
        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"Progress\" = {0}",
            $$"""{"attempt":0,"remaining":[{"event":0,"handler":"HandlerOfTheFuture","attempts":2,"error":"broken there"},{"event":0,"handler":"{{typeof(SeeingHandler).FullName}}","attempts":0}]}""");

        await StartRelayAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1, DueAt: OutboxTable.Never }]);
        var dead = (await Services.GetRequiredService<IOutbox<ShopContext>>().FindDeadAsync()).Single();
        Assert.That((dead.Handler, dead.Attempts), Is.EqualTo(("HandlerOfTheFuture", 2)));
        Assert.That(dead.Error, Is.EqualTo("This version of the application does not know the handler."));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [TestCase("Payload", "broken")]
    [TestCase("Payload", "{}")]
    [TestCase("Payload", "null")]
    [TestCase("Payload", """{"events":[null]}""")]
    [TestCase("Payload", """{"events":[{"id":"0197f7a4-0000-7000-8000-000000000000","raisedAt":"2026-01-01T00:00:00+00:00","data":{}}]}""")]
    [TestCase("Progress", "broken")]
    [TestCase("Progress", "{}")]
    [TestCase("Progress", """{"attempt":0,"remaining":[null]}""")]
    [TestCase("Progress", """{"attempt":0,"remaining":[{"event":7,"handler":"*","attempts":0,"isDead":false}]}""")]
    public async Task Parks_a_row_that_cannot_be_read_and_goes_on_with_others(string column, string broken)
    {
        await CrashAsync("first");
        var whole = (await RowsAsync()).Single();
        await ExecuteAsync($"UPDATE \"AnywiseOutbox\" SET \"{column}\" = {{0}}", broken);
        await CrashAsync([.. Enumerable.Range(0, 20).Select(number => $"order {number}")]);
        await StartRelayAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Assert.That(Seen.Events, Is.Unique.And.Count.EqualTo(20));

        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"Payload\" = {0}", whole.Payload);
        Assert.That(await Services.GetRequiredService<IOutbox<ShopContext>>().RetryAllAsync(), Is.EqualTo(1));
        await EmptyAsync();
        Assert.That(Seen.Events, Has.Count.EqualTo(21).And.Contains(new OrderPlaced("first")), "once somebody has mended it");
    }

    [Test]
    public async Task Parks_an_event_whose_constructor_refuses_what_is_stored()
    {
        await CrashAsync("first");
        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"Payload\" = replace(replace(\"Payload\", {0}, {1}), {2}, {3})",
            typeof(OrderPlaced).FullName!, typeof(Named).FullName!, "first", "");

        await StartRelayAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("or cannot read it"));
    }

    [Test]
    public async Task Leaves_events_that_come_in_earlier_than_what_a_relay_has_just_taken()
    {
        await CrashAsync([.. Enumerable.Range(0, 150).Select(number => $"order {number}")]);
        await ExecuteAsync("UPDATE \"AnywiseOutbox\" SET \"DueAt\" = 1000");
        var isStored = false;
        Seen.WhenHandled = async (_, services, _) =>
        {
            if (!isStored)
            {
                isStored = true;
                await services.GetRequiredService<ShopContext>().Database.ExecuteSqlRawAsync("""
                    UPDATE "AnywiseOutbox" SET "DueAt" = 1, "Attempt" = 0 WHERE "Id" = (SELECT "Id" FROM "AnywiseOutbox" WHERE "DueAt" = 1000 LIMIT 1)
                    """);
            }
        };

        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.Unique.And.Count.EqualTo(150));
    }

    [Test]
    public async Task Parks_an_event_for_which_this_version_has_no_handler()
    {
        await CrashAsync("first");
        var older = Dispose(new ServiceCollection().AddLogging()
            .AddAnywise(anywise => anywise.AddHandler<Unconcerned>()).AddDbContext<ShopContext>(Configure).BuildServiceProvider());

        await StartRelayAsync(older);

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("has no handler of the event"));
        await older.GetServices<IHostedService>().OfType<OutboxRelays>().Single().StopAsync(CancellationToken.None);
        Assert.That(await Services.GetRequiredService<IOutbox<ShopContext>>().RetryAllAsync(), Is.EqualTo(1));
        await StartRelayAsync();
        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }), "in a version that has one");
    }

    private Probe Store() => new(Services.CreateAsyncScope());

    private sealed class Unconcerned : IEventHandler<OrderRemoved>
    {
        public ValueTask HandleAsync(OrderRemoved @event, CancellationToken cancellationToken) => default;
    }

    /// <summary>An event that checks itself.</summary>
    public sealed record Named : IDomainEvent
    {
        public Named(string name)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            Name = name;
        }

        public string Name { get; }
    }

    private sealed class Probe(AsyncServiceScope scope) : IAsyncDisposable
    {
        public Task<List<OutboxRow>> ClaimAsync()
        {
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            var outbox = scope.ServiceProvider.GetRequiredService<Outboxes>().Of(context, new OutboxOptions());
            return outbox.Store.ClaimAsync(10, from: 0, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => scope.DisposeAsync();
    }
}

public sealed class AProcessThatEndsOnSqlite : AProcessThatEndsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AProcessThatEndsOnPostgres : AProcessThatEndsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

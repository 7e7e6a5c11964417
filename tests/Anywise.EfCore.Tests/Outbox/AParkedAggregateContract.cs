using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A handler fails, and the order of the events of each aggregate is preserved.</summary>
public abstract class AParkedAggregateContract : PreservedOrderTest
{
    [Test]
    public async Task Parks_only_the_aggregate_whose_handler_fails()
    {
        var (blue, red) = (await AddAsync("blue"), await AddAsync("red"));
        IsBroken = renamed => renamed.To == "blue 1";
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        await RenameAsync(red, "1");
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1" }));

        await StartRelayAsync();
        await UntilAsync(async () => (await RowsAsync()).Exists(row => row.Attempt > 4));
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1" }), "the relay tries again, and nothing overtakes");
        IsBroken = static _ => false;

        await EmptyAsync();
        Assert.That(Handled(), Is.EqualTo(new[] { "red 1", "blue 1", "blue 2" }));
    }

    [Test]
    public async Task Parks_the_aggregate_behind_a_dead_handler_until_that_is_retried()
    {
        MaxAttempts = 1;
        IsBroken = renamed => renamed.To == "blue 1";
        var blue = await AddAsync("blue");
        await StartRelayAsync();
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }, { Attempt: > 0 }] or [{ Attempt: > 0 }, { Dead: 1 }]);
        Assert.That(Handled(), Is.Empty);
        var outbox = Services.GetRequiredService<IOutbox<ShopContext>>();
        Assert.That(await outbox.CountAsync(), Is.EqualTo(new OutboxCounts(Waiting: 1, Dead: 1, OldestDue: null)), "what waits behind it is not late");

        IsBroken = static _ => false;
        await outbox.RetryAsync((await outbox.FindDeadAsync()).Single());

        await EmptyAsync();
        Assert.That(Handled(), Is.EqualTo(new[] { "blue 1", "blue 2" }));
    }

    [Test]
    public async Task Lets_enqueued_messages_pass()
    {
        var blue = await AddAsync("blue");
        IsBroken = static _ => true;
        await RenameAsync(blue, "1");
        var context = NewContext();
        context.Enqueue(new OrderRemoved("enqueued"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events[^1], Is.EqualTo(new OrderRemoved("enqueued")));
    }

    [Test]
    public async Task Costs_an_idle_relay_nothing_while_an_aggregate_is_parked()
    {
        MaxAttempts = 1;
        IsBroken = static _ => true;
        var blue = await AddAsync("blue");
        await RenameAsync(blue, "1");
        await RenameAsync(blue, "2");
        var context = NewContext();
        var store = Services.GetRequiredService<Outboxes>().Of(context, new OutboxOptions()).Store;

        Assert.That(await store.TimeUntilDueAsync(CancellationToken.None), Is.Null, "what is parked is not due");
        Assert.That(await store.ClaimAsync(10, from: 0, CancellationToken.None), Is.Empty);
    }
}

public sealed class AParkedAggregateOnSqlite : AParkedAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AParkedAggregateOnPostgres : AParkedAggregateContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Somebody looks into the outbox, and lets dead handlers try again.</summary>
public abstract class AnOperatorContract : OutboxTest
{
    private bool _isBroken = true;

    private IOutbox<ShopContext> Outbox => Services.GetRequiredService<IOutbox<ShopContext>>();

    [Test]
    public async Task Sees_what_is_dead_and_why()
    {
        await DieAsync();

        var dead = (await Outbox.FindDeadAsync()).Single();

        Assert.That(dead.Event, Is.EqualTo(typeof(OrderPlaced).FullName));
        Assert.That(dead.Handler, Is.EqualTo(typeof(SeeingHandler).FullName));
        Assert.That(dead.Attempts, Is.EqualTo(1));
        Assert.That(dead.Error, Does.Contain("broken"));
        Assert.That(await Outbox.CountAsync(), Is.EqualTo(new OutboxCounts(Waiting: 0, Dead: 1, OldestDue: null)));
    }

    [Test]
    public async Task Revives_a_handler_once()
    {
        await DieAsync();
        await StartRelayAsync();
        var dead = (await Outbox.FindDeadAsync()).Single();
        _isBroken = false;

        Assert.That(await Outbox.RetryAsync(dead), Is.True);

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("first") }));
        Assert.That(await Outbox.RetryAsync(dead), Is.False);
    }

    [Test]
    public async Task Sees_for_how_long_the_oldest_has_been_due()
    {
        await DieAsync();
        await Outbox.RetryAsync((await Outbox.FindDeadAsync()).Single()); // no relay is there to take it
        await EndLeasesAsync();

        var counts = await Outbox.CountAsync();

        Assert.That(counts, Has.Property(nameof(OutboxCounts.Waiting)).EqualTo(1).And.Property(nameof(OutboxCounts.Dead)).EqualTo(0));
        Assert.That(counts.OldestDue, Is.GreaterThan(TimeSpan.FromDays(365)), "due since 1970");
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxAttempts = 1;
    }

    private async Task DieAsync()
    {
        Seen.WhenHandled = (_, _, _) => _isBroken ? throw new InvalidOperationException("broken") : default;
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
    }
}

public sealed class AnOperatorOnSqlite : AnOperatorContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AnOperatorOnPostgres : AnOperatorContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

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
    public async Task Leaves_the_others_of_the_save_waiting()
    {
        await DieAsync();
        var row = (await RowsAsync()).Single();
        var waiting = new RemainingHandler(Event: 0, "Other", Attempts: 3, Error: "out of order", IsDead: false);
        var progress = OutboxProgress.FromJson(row.Progress!)!;
        await ExecuteAsync(
            "UPDATE \"AnywiseOutbox\" SET \"DueAt\" = {0}, \"Progress\" = {1}",
            TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(), (progress with { Remaining = [.. progress.Remaining, waiting] }).ToJson());

        Assert.That(await Outbox.RetryAllAsync(), Is.EqualTo(1));

        var remaining = OutboxProgress.FromJson((await RowsAsync()).Single().Progress!)!.Remaining;
        Assert.That(remaining[0], Has.Property(nameof(RemainingHandler.IsDead)).EqualTo(false).And.Property(nameof(RemainingHandler.Wait)).Null);
        Assert.That(remaining[1].Wait, Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromMinutes(5)));
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

    [Test]
    public async Task Revives_all_that_a_filter_names([Values(3, 101)] int saves)
    {
        for (var number = 0; number < saves; number++)
        {
            await DieAsync($"order {number}");
        }

        var spared = (await Outbox.FindDeadAsync(saves: 1)).Single();
        _isBroken = false;
        await StartRelayAsync();

        Assert.That(await Outbox.RetryAllAsync(dead => dead.EventId != spared.EventId), Is.EqualTo(saves - 1));

        await UntilAsync(async () => (await RowsAsync()).Count == 1);
        Assert.That(await Outbox.FindDeadAsync(), Is.EqualTo(new[] { spared }));
        Assert.That(await Outbox.RetryAllAsync(), Is.EqualTo(1));
        await EmptyAsync();
    }

    [Test]
    public async Task Discards_one_of_the_handlers_of_a_save()
    {
        Seen.WhenHandled = static (_, _, _) => throw new InvalidOperationException("broken");
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));
        await context.SaveChangesAsync();
        var dead = await Outbox.FindDeadAsync();
        Assert.That(dead, Has.Count.EqualTo(2));

        Assert.That(await Outbox.DiscardAsync(dead[0]), Is.True);
        Assert.That(await Outbox.DiscardAsync(dead[0]), Is.False);
        await EndLeasesAsync();
        await StartRelayAsync();
        await UntilAsync(async () => (await Outbox.CountAsync()).Waiting == 0);
        Assert.That(await Outbox.FindDeadAsync(), Is.EqualTo(new[] { dead[1] }));

        Assert.That(await Outbox.DiscardAsync(dead[1]), Is.True);
        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Has.Count.EqualTo(2), "none was called again");
    }

    [Test]
    public async Task Is_told_by_a_health_check_that_the_outbox_does_not_keep_up()
    {
        await using var services = Build(services => services.AddHealthChecks().AddOutbox<ShopContext>(degradedAfter: TimeSpan.FromMinutes(1)));
        var health = services.GetRequiredService<HealthCheckService>();
        await DieAsync();
        var before = (await health.CheckHealthAsync()).Entries["outbox-ShopContext"];
        await Outbox.RetryAllAsync(); // no relay is there to take it
        await EndLeasesAsync();

        var after = (await health.CheckHealthAsync()).Entries["outbox-ShopContext"];

        Assert.That((before.Status, before.Data["dead"]), Is.EqualTo((HealthStatus.Healthy, (object)1L)));
        Assert.That((after.Status, after.Data["waiting"]), Is.EqualTo((HealthStatus.Degraded, (object)1L)));
        Assert.That(after.Description, Does.Contain("Is a host with its relay running?"));
    }

    [Test]
    public async Task Is_told_by_a_health_check_that_the_table_cannot_be_read()
    {
        await using var services = Build(services => services.AddHealthChecks().AddOutbox<ShopContext>());
        await NewContext().Database.ExecuteSqlRawAsync("DROP TABLE \"AnywiseOutbox\"");

        Assert.That((await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxAttempts = 1;
    }

    private async Task DieAsync(string name = "first")
    {
        Seen.WhenHandled = (_, _, _) => _isBroken ? throw new InvalidOperationException("broken") : default;
        var context = NewContext();
        context.Add(new Order(name));
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

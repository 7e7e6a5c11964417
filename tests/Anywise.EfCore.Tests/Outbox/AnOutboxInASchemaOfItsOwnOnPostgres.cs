using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The table has a name that has to be quoted, in a schema in which nothing else is.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class AnOutboxInASchemaOfItsOwnOnPostgres(bool preservesOrder) : OutboxTest
{
    private bool _isBroken;

    private IOutbox<ShopContext> Outbox => Services.GetRequiredService<IOutbox<ShopContext>>();

    [Test]
    public async Task Stores_and_delivers_a_save()
    {
        var inTable = 0;
        Seen.WhenHandled = async (_, services, _) => inTable = await services.GetRequiredService<ShopContext>().Database
            .SqlQuery<int>($"""SELECT count(*)::int AS "Value" FROM messaging."Pending ""events" """).SingleAsync();

        await SaveAsync("first");

        Assert.That(inTable, Is.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Commits_what_a_handler_saves_with_its_mark()
    {
        Seen.WhenHandled = async (_, services, cancelled) =>
        {
            var context = services.GetRequiredService<ShopContext>();
            context.Add(new Note { Text = "handled" });
            await context.SaveChangesAsync(cancelled);
        };

        await SaveAsync("first");

        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(await NewContext().Notes.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Keeps_what_failed_until_an_operator_retries_it()
    {
        _isBroken = true;
        await StartRelayAsync();
        await SaveAsync("first");
        await UntilAsync(async () => (await Outbox.CountAsync()).Dead == 1);
        Assert.That(await Outbox.CountAsync(), Is.EqualTo(new OutboxCounts(Waiting: 0, Dead: 1, OldestDue: null)));
        var dead = (await Outbox.FindDeadAsync()).Single();
        Assert.That(dead.Attempts, Is.EqualTo(2));
        Assert.That(dead.Error, Does.Contain("broken"));
        _isBroken = false;

        Assert.That(await Outbox.RetryAsync(dead), Is.True);

        await EmptyAsync();
        Assert.That(Seen.Events, Has.Count.EqualTo(3));
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 9, 10 }), "only the handler has failed");
    }

    [Test]
    public async Task Delivers_what_is_enqueued_for_later()
    {
        await StartRelayAsync();
        var context = NewContext();
        context.Enqueue(new OrderPlaced("later"), TimeProvider.System.GetUtcNow().AddMilliseconds(200));
        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("later") }));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        (outbox.Table, outbox.Schema, outbox.MaxAttempts) = ("Pending \"events", "messaging", 2);
        outbox.UseNotify();
        if (preservesOrder)
        {
            outbox.PreserveOrderPerAggregate();
        }
    }

    [SetUp]
    public void Break_handlers_when_the_test_says_so() => Seen.WhenHandled = (_, _, _) => _isBroken ? throw new InvalidOperationException("broken") : default;

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

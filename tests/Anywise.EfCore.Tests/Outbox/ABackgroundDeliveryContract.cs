using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Nobody waits for the handlers.</summary>
public abstract class ABackgroundDeliveryContract : OutboxTest
{
    [Test]
    public async Task Lets_the_save_return_before_the_handlers_are_done()
    {
        var isSaved = new TaskCompletionSource();
        Seen.WhenHandled = async (_, _, cancellationToken) => await isSaved.Task.WaitAsync(cancellationToken);

        await SaveAsync("first"); // would wait for ever
        isSaved.SetResult();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Makes_savers_deliver_themselves_when_there_are_too_many_of_them()
    {
        var mayEnd = new TaskCompletionSource();
        var calls = 0;
        Seen.WhenHandled = async (_, _, cancellationToken) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                await mayEnd.Task.WaitAsync(cancellationToken);
            }
        };

        for (var number = 0; number < 20; number++)
        {
            await SaveAsync($"order {number}");
        }

        Assert.That(Seen.Events, Has.Count.GreaterThanOrEqualTo(4), "one is stuck, sixteen wait, and the rest found no room");
        mayEnd.SetResult();
        await EmptyAsync();
        Assert.That(Seen.Events, Is.Unique.And.Count.EqualTo(20));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.Delivery = OutboxDelivery.Background;
        outbox.MaxConcurrency = 1;
    }

    private async Task SaveAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }
}

public sealed class ABackgroundDeliveryOnSqlite : ABackgroundDeliveryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ABackgroundDeliveryOnPostgres : ABackgroundDeliveryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

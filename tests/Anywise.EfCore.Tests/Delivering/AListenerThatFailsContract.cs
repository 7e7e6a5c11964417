using System.Diagnostics;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Delivering;

/// <summary>Who listens to the activities throws.</summary>
public abstract class AListenerThatFailsContract(bool hasOutbox) : ShopTest
{
    [Test]
    public async Task Fails_neither_the_saver_nor_the_handler([Values] FailingListener.Moment moment)
    {
        using var listener = new FailingListener(moment);
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(2));
        Assert.That(listener.Failures, Is.GreaterThanOrEqualTo(4), "of the event and of the handler, each twice");
    }

    [Test]
    public async Task Does_not_fail_who_publishes([Values] FailingListener.Moment moment)
    {
        using var listener = new FailingListener(moment);

        await NewDispatcher().PublishAsync(new OrderPlaced("first"));

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Leaves_the_activity_of_the_saver_the_current_one([Values] FailingListener.Moment moment)
    {
        using var listener = new FailingListener(moment);
        var (ofSaver, ofHandlers) = (Activity.Current, new List<Activity?>());
        Seen.WhenHandled = (_, _, _) =>
        {
            ofHandlers.Add(Activity.Current);
            return default;
        };
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(Activity.Current, Is.Not.Null.And.SameAs(ofSaver));
        Assert.That(ofHandlers, moment == FailingListener.Moment.Stopped ? Has.None.SameAs(ofSaver) : Has.All.SameAs(ofSaver));
    }

    protected override void ConfigureEvents(AnywiseEventsBuilder events)
    {
        if (hasOutbox)
        {
            events.UseOutbox();
        }
    }
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class AListenerThatFailsOnSqlite(bool hasOutbox) : AListenerThatFailsContract(hasOutbox)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class AListenerThatFailsOnPostgres(bool hasOutbox) : AListenerThatFailsContract(hasOutbox)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

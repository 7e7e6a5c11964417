using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>Events that carry a key which the database generates are raised as factories.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AGeneratedKeyContract(Calls calls) : ShopTest
{
    [Test]
    public async Task Is_known_to_the_event_of_an_implicit_transaction()
    {
        var context = NewContext();
        var (first, second) = (new Ticket("first"), new Ticket("second"));
        context.AddRange(first, second);

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new TicketOpened(first.Id, "first"), new TicketOpened(second.Id, "second") }));
        Assert.That(first.Id, Is.Positive.And.Not.EqualTo(second.Id));
    }

    [Test]
    public async Task Is_known_to_the_event_of_an_explicit_transaction()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        var ticket = context.Add(new Ticket("first")).Entity;
        await calls.SaveAsync(context);

        await calls.CommitAsync(transaction);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new TicketOpened(ticket.Id, "first") }));
    }

    [Test]
    public async Task Is_known_to_the_event_of_a_save_that_keeps_its_changes()
    {
        var context = NewContext();
        var ticket = context.Add(new Ticket("first")).Entity;

        await calls.SaveAsync(context, acceptAllChanges: false);

        Assert.That(Seen.Events.OfType<TicketOpened>().Single().Id, Is.EqualTo(await StoredKeyAsync()));
        Assert.That(ticket.Id, Is.Zero);
    }

    [Test]
    public async Task Is_that_of_the_attempt_that_was_committed()
    {
        var context = NewContext();
        var ticket = context.Add(new Ticket("first")).Entity;
        var calledFor = new List<int>();
        ticket.SayLater(() =>
        {
            calledFor.Add(ticket.Id);
            return new TicketOpened(ticket.Id, "said later");
        });
        await using (await calls.BeginAsync(context))
        {
            await calls.SaveAsync(context, acceptAllChanges: false);
        }

        await calls.SaveAsync(context);

        Assert.That(calledFor, Has.Count.EqualTo(2));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new TicketOpened(ticket.Id, "first"), new TicketOpened(ticket.Id, "said later") }));
        Assert.That(await StoredKeyAsync(), Is.EqualTo(ticket.Id));
    }

    [Test]
    public async Task Lets_the_save_fail_in_a_transaction_when_the_factory_fails()
    {
        var context = NewContext();
        await using var transaction = await calls.BeginAsync(context);
        var ticket = context.Add(new Ticket("first")).Entity;
        ticket.SayLater(() => throw new InvalidOperationException("factory"));

        Assert.That(() => calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("factory"));

        await calls.RollbackAsync(transaction);
        Assert.That(Seen.Events, Is.Empty);
        Assert.That(await NewContext().Tickets.AnyAsync(), Is.False);
    }

    [Test]
    public async Task Logs_the_event_as_lost_when_the_factory_fails_after_the_commit()
    {
        using var lost = new CounterReading("anywise.events.lost");
        var context = NewContext();
        var ticket = context.Add(new Ticket("first")).Entity;
        ticket.SayLater(() => throw new InvalidOperationException("factory"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new TicketOpened(ticket.Id, "first") }));
        var (level, text, failure) = LogEntries.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Error));
        Assert.That(text, Does.Contain($"of Ticket {ticket.Id} is not delivered, because its factory failed"));
        Assert.That(failure, Has.Message.EqualTo("factory"));
        Assert.That(lost.Counted, Is.EqualTo(new[] { "1 anywise.event=IDomainEvent" }));
    }

    [Test]
    public async Task Is_raised_among_other_events_in_order()
    {
        var context = NewContext();
        var ticket = context.Add(new Ticket("first")).Entity;
        ticket.Say(new OrderRenamed("a", "b"));
        ticket.SayLater(() => new TicketOpened(ticket.Id, "again"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new TicketOpened(ticket.Id, "first"), new OrderRenamed("a", "b"), new TicketOpened(ticket.Id, "again") }));
    }

    private async Task<int> StoredKeyAsync() => (await NewContext().Tickets.AsNoTracking().SingleAsync()).Id;
}

public sealed class AGeneratedKeyOnSqlite(Calls calls) : AGeneratedKeyContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AGeneratedKeyOnPostgres(Calls calls) : AGeneratedKeyContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.Domain.Tests;

public sealed class AnAggregateThatRaisesEvents
{
    [Test]
    public void Shows_its_events_in_the_order_in_which_they_were_raised()
    {
        var account = new Account(1);

        account.Deposit(5);
        account.Deposit(7);

        Assert.That(account.DomainEvents, Is.EqualTo(new[] { new Deposited(1, 5), new Deposited(1, 7) }));
    }

    [Test]
    public void Keeps_two_events_that_are_equal_as_two()
    {
        var account = new Account(1);

        account.Deposit(5);
        account.Deposit(5);

        Assert.That(account.DomainEvents, Has.Count.EqualTo(2));
    }

    [Test]
    public void Has_no_events_before_it_raises_one() => Assert.That(new Account(1).DomainEvents, Is.Empty);

    [Test]
    public void Lets_nobody_change_its_events_from_outside()
    {
        var account = new Account(1);
        account.Deposit(5);
        var events = (IList<IDomainEvent>)account.DomainEvents;

        Assert.That(() => events.Clear(), Throws.InstanceOf<NotSupportedException>());
        Assert.That(() => events.Add(new Deposited(1, 9)), Throws.InstanceOf<NotSupportedException>());
        Assert.That(account.DomainEvents, Is.EqualTo(new[] { new Deposited(1, 5) }));
    }

    [Test]
    public void Shows_a_copy_that_later_events_do_not_change()
    {
        var account = new Account(1);
        account.Deposit(5);
        var before = account.DomainEvents;

        account.Deposit(7);

        Assert.That(before, Is.EqualTo(new[] { new Deposited(1, 5) }));
    }

    [Test]
    public void Refuses_an_event_that_is_null()
    {
        var account = new Account(1);

        Assert.That(() => account.RaiseNothing(), Throws.ArgumentNullException);
        Assert.That(account.DomainEvents, Is.Empty);
    }

    [Test]
    public void Works_the_same_for_a_class_that_cannot_inherit()
    {
        var ticket = new Ticket();

        ticket.Close();

        Assert.That(((IHasDomainEvents)ticket).DomainEvents.Pending, Is.EqualTo(new[] { new TicketClosed() }));
    }

    [Test]
    public void Gives_an_event_the_time_of_the_clock_in_use()
    {
        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        using (EventClock.Use(new FakeTimeProvider(noon)))
        {
            Assert.That(new RaisedEvent(new TicketClosed()).RaisedAt, Is.EqualTo(noon));
        }

        Assert.That(new RaisedEvent(new TicketClosed()).RaisedAt, Is.Not.EqualTo(noon));
    }

    [Test]
    public async Task Keeps_a_replaced_clock_to_the_flow_that_replaced_it()
    {
        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var elsewhere = new TaskCompletionSource();
        var other = Task.Run(async () =>
        {
            await elsewhere.Task;
            return new RaisedEvent(new TicketClosed()).RaisedAt;
        });
        using var clock = EventClock.Use(new FakeTimeProvider(noon));

        elsewhere.SetResult();

        Assert.That(await other, Is.Not.EqualTo(noon));
        Assert.That(await Task.Run(() => new RaisedEvent(new TicketClosed()).RaisedAt), Is.EqualTo(noon));
    }

    [Test]
    public void Gives_an_event_a_version_7_id_that_carries_its_time()
    {
        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        using var clock = EventClock.Use(new FakeTimeProvider(noon));

        var raised = new RaisedEvent(new TicketClosed());

        Assert.That(raised.Id.Version, Is.EqualTo(7));
        Assert.That(Convert.ToHexString(raised.Id.ToByteArray(bigEndian: true)[..6]), Is.EqualTo(noon.ToUnixTimeMilliseconds().ToString("X12")));
    }

    [Test]
    public void Makes_the_id_of_an_event_when_it_is_first_read_with_the_time_of_raising_and_keeps_it()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var inUse = EventClock.Use(clock);
        var raised = new RaisedEvent(new TicketClosed());
        Assert.That(IdIn(raised), Is.Null);
        clock.Advance(TimeSpan.FromHours(1));

        var id = raised.Id;

        Assert.That(Convert.ToHexString(id.ToByteArray(bigEndian: true)[..6]), Is.EqualTo(raised.RaisedAt.ToUnixTimeMilliseconds().ToString("X12")));
        Assert.That(raised.Id, Is.EqualTo(id));
        Assert.That(IdIn(raised), Is.EqualTo(id));
    }

    [Test]
    public void Gives_an_event_one_id_however_many_threads_ask_first()
    {
        var raised = new RaisedEvent(new TicketClosed());
        var ids = new Guid[64];

        Parallel.For(0, ids.Length, reader => ids[reader] = raised.Id);

        Assert.That(ids.Distinct().Count(), Is.EqualTo(1));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref object? IdIn(RaisedEvent raised);

    private sealed record Deposited(int Account, int Amount) : IDomainEvent;

    private sealed record TicketClosed : IDomainEvent;

    private sealed class Account : AggregateRoot<int>
    {
        public Account(int id) => Id = id;

        public void Deposit(int amount) => Raise(new Deposited(Id, amount));

        public void RaiseNothing() => Raise(null!);
    }

    private sealed class Ticket : IHasDomainEvents
    {
        private readonly DomainEvents _events = new();

        DomainEvents IHasDomainEvents.DomainEvents => _events;

        public void Close() => _events.Raise(new TicketClosed());
    }
}

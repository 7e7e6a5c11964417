using Anywise.Domain;
using Anywise.EfCore.Outbox;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Several handlers of one row have failed, some more often than others: each waits as long as its own failures say.</summary>
public sealed class TheWaitOfHandlers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly OutboxOptions _options = new() { MaxAttempts = 4, RetryDelay = Second };
    private readonly RaisedEvent _raised = new(new Happened());
    private OutboxLease _lease = null!;

    [SetUp]
    public void Take() => _lease = NewLease(stored: null);

    [Test]
    public void Lets_the_row_be_due_with_the_first_of_them()
    {
        Fail("often", times: 3);
        Fail("once", times: 1);
        _lease.Succeeded(_raised, "never");

        var (remaining, wait) = _lease.Release();

        Assert.That(wait, Is.InRange(0.8 * Second, 1.2 * Second));
        Assert.That(WaitOf("once", remaining), Is.Null);
        Assert.That(WaitOf("often", remaining) + wait, Is.InRange(3.2 * Second, 4.8 * Second));
    }

    [Test]
    public void Is_not_over_for_the_others_when_the_row_is_due()
    {
        Fail("often", times: 3);
        Fail("once", times: 1);
        _lease.Succeeded(_raised, "never");
        var (remaining, _) = _lease.Release();

        _lease = NewLease(remaining);

        Assert.That(_lease.IsDue(_raised, "once"), Is.True);
        Assert.That(_lease.IsDue(_raised, "often"), Is.False);
    }

    [Test]
    public void Goes_on_where_it_was_when_the_first_has_succeeded()
    {
        Fail("often", times: 3);
        Fail("once", times: 1);
        _lease.Succeeded(_raised, "never");
        var (remaining, _) = _lease.Release();
        _lease = NewLease(remaining);
        _lease.Succeeded(_raised, "once");

        var (left, wait) = _lease.Release();

        Assert.That(wait, Is.EqualTo(WaitOf("often", remaining)));
        Assert.That(left.Select(one => (one.Handler, one.Attempts, one.Wait)), Is.EqualTo(new[] { ("often", 3, (TimeSpan?)null) }));
    }

    [Test]
    public void Is_none_for_one_that_was_not_called()
    {
        Fail("often", times: 3);

        var (remaining, wait) = _lease.Release();

        Assert.That(wait, Is.EqualTo(TimeSpan.Zero));
        Assert.That(WaitOf("often", remaining), Is.InRange(3.2 * Second, 4.8 * Second));
    }

    [Test]
    public void Is_nothing_that_the_dead_have()
    {
        foreach (var handler in new[] { "never", "once", "often" })
        {
            Fail(handler, times: 4);
        }

        var (remaining, wait) = _lease.Release();

        Assert.That(wait, Is.Null);
        Assert.That(remaining.Select(one => (one.IsDead, one.Wait)), Is.All.EqualTo((true, (TimeSpan?)null)));
    }

    [Test]
    public void Outlives_the_processes_that_end_while_others_are_called()
    {
        Fail("often", times: 3);
        var (remaining, _) = _lease.Release();

        var dead = new OutboxProgress(Attempt: 9, remaining).Dead("The process ended.");

        Assert.That(dead.Remaining.Select(one => (one.Handler, one.IsDead)), Is.EqualTo(new[] { ("never", true), ("once", true), ("often", false) }));
    }

    private static TimeSpan? WaitOf(string handler, IReadOnlyList<RemainingHandler> remaining) => remaining.Single(one => one.Handler == handler).Wait;

    private void Fail(string handler, int times)
    {
        for (var time = 0; time < times; time++)
        {
            _lease.Failed(_raised, handler, "out of order", _options);
        }
    }

    private OutboxLease NewLease(IReadOnlyList<RemainingHandler>? stored)
    {
        var lease = new OutboxLease(Guid.CreateVersion7(), attempt: 1, [_raised], since: 0);
        lease.Begin(stored, static _ => ["never", "once", "often"]);
        return lease;
    }

    private sealed record Happened : IEvent;
}

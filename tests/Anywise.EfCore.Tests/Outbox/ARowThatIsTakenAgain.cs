using Anywise.EfCore.Outbox;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A process was paused for longer than its lease, and its own relay takes the row while it is still being delivered.</summary>
public sealed class ARowThatIsTakenAgain
{
    [Test]
    public void Ends_the_delivery_under_the_earlier_lease()
    {
        var id = Guid.CreateVersion7();
        using var leases = new OutboxLeases(store: null!, new FakeTimeProvider(), TimeSpan.FromSeconds(1), static _ => { }, renews: false);
        var (earlier, later) = (new OutboxLease(id, attempt: 1, events: [], since: 0), new OutboxLease(id, attempt: 2, events: [], since: 0));
        leases.Hold(earlier);
        leases.Hold(earlier);
        Assert.That(earlier.IsOver, Is.False);

        leases.Hold(later);

        Assert.That((earlier.IsOver, later.IsOver), Is.EqualTo((true, false)));
    }
}

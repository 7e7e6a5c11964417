using Anywise.Domain;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Saving;

public sealed class AGeneratedKeyAndABeforeCommitHandler : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<TooEarly>();

    [Test]
    public void Are_refused_together_when_the_aggregate_is_added() =>
        Assert.That(() => NewContext().Add(new Ticket("first")), Throws.InvalidOperationException.With.Message.Contains("'TicketOpened' was raised by a factory").And.Message.Contains("'IEventHandler'"));

    [Test]
    public void Are_refused_together_when_the_event_is_raised()
    {
        var context = NewContext();
        var parcel = context.Add(new Parcel(1)).Entity;

        Assert.That(parcel.SendLater, Throws.InvalidOperationException);
        Assert.That(parcel.DomainEvents, Is.Empty);
    }

    private sealed class TooEarly : IBeforeCommitHandler<IDomainEvent>
    {
        public ValueTask HandleAsync(IDomainEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => default;
    }
}

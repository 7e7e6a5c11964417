using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Delivering;

/// <summary>Something other than a handler fails while events are delivered.</summary>
public sealed class ABatchThatFails : ShopTest
{
    [Test]
    public async Task Is_left_and_said_and_loses_nothing_of_what_its_handlers_have_saved()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is OrderRemoved)
            {
                var context = services.GetRequiredService<ShopContext>();
                context.Add(new Order("joined"));
                await context.SaveChangesAsync();
            }
        };
        var batch = new Broken(Services.GetRequiredService<Delivery>());

        await Cascade.DeliverAsync(batch);

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderRemoved("first"), new OrderPlaced("joined") }));
        Assert.That(batch.IsLeft, Is.True);
        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Error).Exception, Has.Message.EqualTo("broken"));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    /// <summary>Its second event cannot be made.</summary>
    private sealed class Broken(Delivery delivery) : CascadeBatch(delivery, cause: null), IStoredBatch
    {
        public bool IsLeft { get; private set; }

        public override int Count => 2;

        public override IStoredBatch Stored => this;

        public override CascadeStep StepOf(int place) => place == 0 ? new(this, new OrderRemoved("first")) : throw new InvalidOperationException("broken");

        public ValueTask<bool> BeginAsync() => ValueTask.FromResult(true);

        public IStoredRow? RowOf(CascadeStep step) => null;

        public ValueTask FinishAsync() => throw new InvalidOperationException("not finished");

        public void Leave() => IsLeft = true;
    }
}

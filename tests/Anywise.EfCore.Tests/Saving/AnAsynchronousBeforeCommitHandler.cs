using Anywise.Domain;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Saving;

public sealed class AnAsynchronousBeforeCommitHandler : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<Slow>();

    [Test]
    public async Task Is_awaited_by_an_asynchronous_save()
    {
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(NewContext().Notes.Single().Text, Is.EqualTo("first"));
    }

    [Test]
    public async Task Aborts_a_synchronous_save_with_the_remedy()
    {
        var context = NewContext();
        var order = context.Add(new Order("first")).Entity;

        Assert.That(
            () => context.SaveChanges(),
            Throws.InvalidOperationException.With.Message.Contains("'Slow' had not finished handling 'OrderPlaced'").And.Message.Contains("'SaveChangesAsync'"));

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        Assert.That(await StoredOrdersAsync(), Is.Empty);
    }

    private sealed class Slow : IBeforeCommitHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
        {
            await Task.Yield();
            unitOfWork.Add(new Note { Text = @event.Name });
        }
    }
}

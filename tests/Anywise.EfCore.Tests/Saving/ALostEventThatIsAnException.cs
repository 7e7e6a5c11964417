using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Saving;

public sealed class ALostEventThatIsAnException : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.ThrowOnLostEvents = true;

    [Test]
    public void Comes_out_of_what_let_the_aggregate_go()
    {
        var context = NewContext();
        context.Add(new Order("first"));

        Assert.That(
            () => context.ChangeTracker.Clear(),
            Throws.InvalidOperationException.With.Message.Contains("unsaved events: OrderPlaced. Save before").And.Message.Contains("'ThrowOnLostEvents'"));
    }

    [Test]
    public async Task Comes_out_of_raising_on_an_aggregate_that_nobody_tracks()
    {
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
        var order = await NewContext().Orders.AsNoTracking().SingleAsync();

        Assert.That(() => order.Rename("second"), Throws.InvalidOperationException.With.Message.Contains("without tracking"));
        Assert.That(order.DomainEvents, Is.Empty);
    }
}

using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests;

/// <summary>SaveChanges on its own: EF Core opens a transaction only where it needs one.</summary>
public abstract class ImplicitTransactionContract : ShopTest
{
    [Test]
    public async Task A_save_with_one_statement_delivers_its_event_after_the_commit()
    {
        List<string>? storedWhenHandled = null;
        Seen.WhenHandled = async (_, _, _) => storedWhenHandled = await StoredOrdersAsync();
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(storedWhenHandled, Is.EqualTo(new[] { "first" }));
    }
}

using Allocation.Domain;
using Allocation.Handlers;
using Allocation.Outside;
using Allocation.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Tests.Handlers;

public sealed class AllocatingALine : HandlerTest
{
    [Test]
    public async Task Stores_it_and_raises_the_version_of_the_product()
    {
        await SendAsync(new CreateBatch("batch1", "COMPLICATED-LAMP", 100, null), new Allocate("o1", "COMPLICATED-LAMP", 10));

        Assert.That(await App.AvailableInAsync("batch1"), Is.EqualTo(90));
        Assert.That(await App.StoredAsync(context => context.Products.Select(product => product.Version).SingleAsync()), Is.EqualTo(1));
    }

    [Test]
    public async Task Tells_the_read_model_and_other_systems()
    {
        await SendAsync(new CreateBatch("batch1", "COMPLICATED-LAMP", 100, null), new Allocate("o1", "COMPLICATED-LAMP", 10));

        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("o1", "COMPLICATED-LAMP", "batch1") }));
        Assert.That(App.Outside.Published, Is.EqualTo(new[] { ("line_allocated", (object)new LineAllocated("o1", "COMPLICATED-LAMP", 10, "batch1")) }));
    }

    [Test]
    public async Task Mails_the_buyers_when_it_is_out_of_stock()
    {
        await SendAsync(new CreateBatch("b1", "POPULAR-CURTAINS", 9, null), new Allocate("o1", "POPULAR-CURTAINS", 10));

        Assert.That(App.Outside.Mails, Is.EqualTo(new[]
        {
            new Mail("allocations@example.com", "stock@made.com", "allocation service notification", "Out of stock for POPULAR-CURTAINS"),
        }));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 0, 0)));
    }

    [Test]
    public async Task Commits_only_one_of_two_that_read_the_same_version()
    {
        await SendAsync(new CreateBatch("b1", "LAMP", 15, null));

        await App.StoredAsync(first => App.StoredAsync(async second =>
        {
            (await first.Products.SingleAsync()).Allocate(new OrderLine("o1", "LAMP", 10));
            (await second.Products.SingleAsync()).Allocate(new OrderLine("o2", "LAMP", 10));

            await first.SaveChangesAsync();
            Assert.That(async () => await second.SaveChangesAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
            return true;
        }));

        Assert.That(await App.StoredAsync(context => context.Products.Select(product => product.Version).SingleAsync()), Is.EqualTo(1));
        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("o1", "LAMP", "b1") }));
    }
}

using Allocation.Domain;
using Allocation.Tests.Support;

namespace Allocation.Tests.Handlers;

public sealed class AddingABatch : HandlerTest
{
    [Test]
    public async Task Creates_the_product_when_it_is_new()
    {
        await SendAsync(new CreateBatch("b1", "CRUNCHY-ARMCHAIR", 100, null));

        Assert.That(await App.AvailableInAsync("b1"), Is.EqualTo(100));
    }

    [Test]
    public async Task Adds_to_the_product_when_it_exists()
    {
        await SendAsync(new CreateBatch("b1", "GARISH-RUG", 100, null), new CreateBatch("b2", "GARISH-RUG", 99, new DateOnly(2011, 1, 2)));

        Assert.That(await App.AvailableInAsync("b2"), Is.EqualTo(99));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 2, 0, 0)));
    }

    [Test]
    public async Task Refuses_a_reference_that_another_product_uses()
    {
        await SendAsync(new CreateBatch("b1", "GARISH-RUG", 100, null));

        Assert.That(async () => await SendAsync(new CreateBatch("b1", "OTHER-RUG", 1, null)), Throws.InstanceOf<BatchExistsException>());
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 0, 0)));
    }
}

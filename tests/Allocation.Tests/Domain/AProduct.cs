using Allocation.Domain;

namespace Allocation.Tests.Domain;

public sealed class AProduct
{
    private static readonly DateOnly Today = new(2011, 1, 1);

    [Test]
    public void Takes_a_later_batch_when_the_first_one_is_too_small()
    {
        var product = Clocks(("in-stock", 5, null), ("shipment", 100, Today));

        Assert.That(product.Allocate(new OrderLine("oref", "RETRO-CLOCK", 10)), Is.EqualTo("shipment"));
    }

    [Test]
    public void Counts_no_version_when_no_batch_can_take_a_line()
    {
        var product = Clocks(("batch1", 10, Today));
        product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 10));

        product.Allocate(new OrderLine("order2", "RETRO-CLOCK", 1));

        Assert.That(product.Version, Is.EqualTo(1));
    }

    [Test]
    public void Counts_one_version_for_each_allocation()
    {
        var product = Clocks(("batch1", 100, null));

        product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 10));
        product.Allocate(new OrderLine("order2", "RETRO-CLOCK", 10));

        Assert.That(product.Version, Is.EqualTo(2));
    }

    [Test]
    public void Says_nothing_new_when_a_batch_has_the_line_already()
    {
        var product = Clocks(("batch1", 100, null));

        product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 10));
        var again = product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 10));

        Assert.That(again, Is.EqualTo("batch1"));
        Assert.That(product.DomainEvents, Has.Count.EqualTo(1));
        Assert.That(product.Version, Is.EqualTo(1));
    }

    [Test]
    public void Deallocates_the_latest_lines_until_the_rest_fits_a_smaller_batch()
    {
        var product = Clocks(("batch1", 50, null));
        product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 20));
        product.Allocate(new OrderLine("order2", "RETRO-CLOCK", 15));
        product.Allocate(new OrderLine("order3", "RETRO-CLOCK", 15));

        product.ChangeBatchQuantity("batch1", 25);

        Assert.That(AvailableOf(product), Is.EqualTo(new[] { ("batch1", 5) }));
        Assert.That(product.Version, Is.EqualTo(4));
        Assert.That(product.DomainEvents.OfType<Deallocated>(), Is.EqualTo(new[]
        {
            new Deallocated("order3", "RETRO-CLOCK", 15, "batch1"),
            new Deallocated("order2", "RETRO-CLOCK", 15, "batch1"),
        }));
    }

    [Test]
    public void Keeps_its_lines_when_a_smaller_batch_still_fits_them()
    {
        var product = Clocks(("batch1", 50, null));
        product.Allocate(new OrderLine("order1", "RETRO-CLOCK", 20));

        product.ChangeBatchQuantity("batch1", 20);

        Assert.That(AvailableOf(product), Is.EqualTo(new[] { ("batch1", 0) }));
        Assert.That(product.DomainEvents.OfType<Deallocated>(), Is.Empty);
    }

    [Test]
    public void Refuses_a_quantity_that_no_batch_can_have()
    {
        var product = Clocks(("batch1", 50, null));

        Assert.That(() => product.ChangeBatchQuantity("batch1", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static Product Clocks(params (string Reference, int Quantity, DateOnly? Eta)[] batches)
    {
        var product = new Product("RETRO-CLOCK");
        foreach (var (reference, quantity, eta) in batches)
        {
            product.AddBatch(reference, quantity, eta);
        }

        return product;
    }

    private static IEnumerable<(string, int)> AvailableOf(Product product) => product.Batches.Select(batch => (batch.Id, batch.AvailableQuantity));
}

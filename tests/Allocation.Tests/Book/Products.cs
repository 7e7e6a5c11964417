using Allocation.Domain;

namespace Allocation.Tests.Book;

public sealed class Products
{
    private static readonly DateOnly Today = new(2011, 1, 1);
    private static readonly DateOnly Tomorrow = Today.AddDays(1);
    private static readonly DateOnly Later = Tomorrow.AddDays(10);

    [Test, Book("unit/test_product.py::test_prefers_warehouse_batches_to_shipments")]
    public void Prefers_warehouse_batches_to_shipments()
    {
        var product = New("RETRO-CLOCK", ("in-stock-batch", null), ("shipment-batch", Tomorrow));

        product.Allocate(new OrderLine("oref", "RETRO-CLOCK", 10));

        Assert.That(AvailableOf(product), Is.EqualTo(new[] { ("in-stock-batch", 90), ("shipment-batch", 100) }));
    }

    [Test, Book("unit/test_product.py::test_prefers_earlier_batches")]
    public void Prefers_earlier_batches()
    {
        var product = New("MINIMALIST-SPOON", ("normal-batch", Tomorrow), ("speedy-batch", Today), ("slow-batch", Later));

        product.Allocate(new OrderLine("order1", "MINIMALIST-SPOON", 10));

        Assert.That(AvailableOf(product), Is.EqualTo(new[] { ("normal-batch", 100), ("speedy-batch", 90), ("slow-batch", 100) }));
    }

    [Test, Book("unit/test_product.py::test_returns_allocated_batch_ref")]
    public void Returns_allocated_batch_ref()
    {
        var product = New("HIGHBROW-POSTER", ("in-stock-batch-ref", null), ("shipment-batch-ref", Tomorrow));
        Assert.That(product.Allocate(new OrderLine("oref", "HIGHBROW-POSTER", 10)), Is.EqualTo("in-stock-batch-ref"));
    }

    [Test, Book("unit/test_product.py::test_outputs_allocated_event")]
    public void Outputs_allocated_event()
    {
        var product = New("RETRO-LAMPSHADE", ("batchref", null));
        product.Allocate(new OrderLine("oref", "RETRO-LAMPSHADE", 10));
        Assert.That(product.DomainEvents[^1], Is.EqualTo(new Allocated("oref", "RETRO-LAMPSHADE", 10, "batchref")));
    }

    [Test, Book("unit/test_product.py::test_records_out_of_stock_event_if_cannot_allocate")]
    public void Records_out_of_stock_event_if_cannot_allocate()
    {
        var product = New("SMALL-FORK", ("batch1", Today));
        product.Allocate(new OrderLine("order1", "SMALL-FORK", 100));

        var allocation = product.Allocate(new OrderLine("order2", "SMALL-FORK", 1));
        Assert.That(product.DomainEvents[^1], Is.EqualTo(new OutOfStock("SMALL-FORK")));
        Assert.That(allocation, Is.Null);
    }

    [Test, Book("unit/test_product.py::test_increments_version_number")]
    public void Increments_version_number()
    {
        var product = New("SCANDI-PEN", ("b1", null));
        var version = product.Version;
        product.Allocate(new OrderLine("oref", "SCANDI-PEN", 10));
        Assert.That(product.Version, Is.EqualTo(version + 1));
    }

    private static Product New(string sku, params (string Reference, DateOnly? Eta)[] batches)
    {
        var product = new Product(sku);
        foreach (var (reference, eta) in batches)
        {
            product.AddBatch(reference, 100, eta);
        }

        return product;
    }

    private static IEnumerable<(string, int)> AvailableOf(Product product) => product.Batches.Select(batch => (batch.Id, batch.AvailableQuantity));
}

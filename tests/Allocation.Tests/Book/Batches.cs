using Allocation.Domain;

namespace Allocation.Tests.Book;

public sealed class Batches
{
    private static readonly DateOnly Today = new(2011, 1, 1);

    [Test, Book("unit/test_batches.py::test_allocating_to_a_batch_reduces_the_available_quantity")]
    public void Allocating_to_a_batch_reduces_the_available_quantity()
    {
        var batch = new Batch("batch-001", "SMALL-TABLE", 20, Today);
        var line = new OrderLine("order-ref", "SMALL-TABLE", 2);

        batch.Allocate(line);

        Assert.That(batch.AvailableQuantity, Is.EqualTo(18));
    }

    [Test, Book("unit/test_batches.py::test_can_allocate_if_available_greater_than_required")]
    public void Can_allocate_if_available_greater_than_required()
    {
        var (largeBatch, smallLine) = BatchAndLine("ELEGANT-LAMP", 20, 2);
        Assert.That(largeBatch.CanAllocate(smallLine));
    }

    [Test, Book("unit/test_batches.py::test_cannot_allocate_if_available_smaller_than_required")]
    public void Cannot_allocate_if_available_smaller_than_required()
    {
        var (smallBatch, largeLine) = BatchAndLine("ELEGANT-LAMP", 2, 20);
        Assert.That(smallBatch.CanAllocate(largeLine), Is.False);
    }

    [Test, Book("unit/test_batches.py::test_can_allocate_if_available_equal_to_required")]
    public void Can_allocate_if_available_equal_to_required()
    {
        var (batch, line) = BatchAndLine("ELEGANT-LAMP", 2, 2);
        Assert.That(batch.CanAllocate(line));
    }

    [Test, Book("unit/test_batches.py::test_cannot_allocate_if_skus_do_not_match")]
    public void Cannot_allocate_if_skus_do_not_match()
    {
        var batch = new Batch("batch-001", "UNCOMFORTABLE-CHAIR", 100, eta: null);
        Assert.That(batch.CanAllocate(new OrderLine("order-123", "EXPENSIVE-TOASTER", 10)), Is.False);
    }

    [Test, Book("unit/test_batches.py::test_allocation_is_idempotent")]
    public void Allocation_is_idempotent()
    {
        var (batch, line) = BatchAndLine("ANGULAR-DESK", 20, 2);
        batch.Allocate(line);
        batch.Allocate(line);
        Assert.That(batch.AvailableQuantity, Is.EqualTo(18));
    }

    private static (Batch Batch, OrderLine Line) BatchAndLine(string sku, int batchQty, int lineQty) =>
        (new Batch("batch-001", sku, batchQty, Today), new OrderLine("order-123", sku, lineQty));
}

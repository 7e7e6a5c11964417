using Allocation.Domain;

namespace Allocation.Tests.Domain;

public sealed class ABatch
{
    [Test]
    public void Has_less_available_after_allocating_a_line()
    {
        var batch = new Batch("batch-001", "SMALL-TABLE", 20, eta: null);

        batch.Allocate(new OrderLine("order-ref", "SMALL-TABLE", 2));

        Assert.That(batch.AvailableQuantity, Is.EqualTo(18));
    }

    [TestCase(20, 2, true, TestName = "Can_take_a_line_that_is_smaller")]
    [TestCase(2, 2, true, TestName = "Can_take_a_line_that_is_equal")]
    [TestCase(2, 20, false, TestName = "Cannot_take_a_line_that_is_larger")]
    public void Can_take_what_it_has_available(int quantity, int wanted, bool canAllocate)
    {
        var batch = new Batch("batch-001", "ELEGANT-LAMP", quantity, eta: null);
        var line = new OrderLine("order-123", "ELEGANT-LAMP", wanted);

        Assert.That(batch.CanAllocate(line), Is.EqualTo(canAllocate));
        Assert.That(batch.Allocate(line), Is.EqualTo(canAllocate));
        Assert.That(batch.AllocatedQuantity, Is.EqualTo(canAllocate ? wanted : 0));
    }

    [Test]
    public void Cannot_take_a_line_of_a_different_sku()
    {
        var batch = new Batch("batch-001", "UNCOMFORTABLE-CHAIR", 100, eta: null);

        Assert.That(batch.CanAllocate(new OrderLine("order-123", "EXPENSIVE-TOASTER", 10)), Is.False);
    }

    [Test]
    public void Changes_nothing_when_a_line_is_allocated_twice()
    {
        var batch = new Batch("batch-001", "ANGULAR-DESK", 20, eta: null);

        Assert.That(batch.Allocate(new OrderLine("order-123", "ANGULAR-DESK", 2)), Is.True);
        Assert.That(batch.Allocate(new OrderLine("order-123", "ANGULAR-DESK", 2)), Is.False);

        Assert.That(batch.AvailableQuantity, Is.EqualTo(18));
    }

    [Test]
    public void Is_the_same_as_another_with_its_reference()
    {
        Assert.That(new Batch("batch-001", "DESK", 20, eta: null), Is.EqualTo(new Batch("batch-001", "DESK", 5, eta: null)));
    }
}

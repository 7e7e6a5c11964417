using Allocation.Domain;

namespace Allocation.Tests.Domain;

public sealed class ABatch
{
    [Test]
    public void Takes_no_line_that_does_not_fit_and_says_so()
    {
        var batch = new Batch("batch-001", "ELEGANT-LAMP", 2, eta: null);

        Assert.That(batch.Allocate(new OrderLine("order-123", "ELEGANT-LAMP", 20)), Is.False);
        Assert.That(batch.AllocatedQuantity, Is.Zero);
    }

    [Test]
    public void Says_that_a_second_time_changes_nothing()
    {
        var batch = new Batch("batch-001", "ANGULAR-DESK", 20, eta: null);

        Assert.That(batch.Allocate(new OrderLine("order-123", "ANGULAR-DESK", 2)), Is.True);
        Assert.That(batch.Allocate(new OrderLine("order-123", "ANGULAR-DESK", 2)), Is.False);
    }

    [Test]
    public void Is_the_same_as_another_with_its_reference()
    {
        Assert.That(new Batch("batch-001", "DESK", 20, eta: null), Is.EqualTo(new Batch("batch-001", "DESK", 5, eta: null)));
    }
}

using Allocation.Tests.Support;

namespace Allocation.Tests.Book;

public sealed class ExternalEvents : RedisTest
{
    [Test, Book("e2e/test_external_events.py::test_change_batch_quantity_leading_to_reallocation")]
    public async Task Change_batch_quantity_leading_to_reallocation()
    {
        await AddBatchAsync("old", "CHAIR", 10, "2011-01-01"); // a batch, and an order that is allocated to it
        await AddBatchAsync("newer", "CHAIR", 10, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 10);
        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"old"}]"""));

        await SayBatchQuantityAsync("""{"batchref":"old","qty":5}""");

        await UntilAsync(() => Task.FromResult(Published.Count() == 2), "The line is allocated again.");
        Assert.That(Published.Select(line => line.BatchRef), Is.EqualTo(new[] { "old", "newer" }));
        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"newer"}]"""));
    }
}

using Allocation.Domain;
using Allocation.Handlers;
using Allocation.Tests.Support;
using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Book;

public sealed class Views : HandlerTest
{
    private static readonly DateOnly Today = new(2011, 1, 1);

    [Test, Book("integration/test_views.py::test_allocations_view")]
    public async Task Allocations_view()
    {
        await SendAsync(
            new CreateBatch("sku1batch", "sku1", 50, null),
            new CreateBatch("sku2batch", "sku2", 50, Today),
            new Allocate("order1", "sku1", 20),
            new Allocate("order1", "sku2", 20),
            new CreateBatch("sku1batch-later", "sku1", 50, Today), // a spurious batch and order, to make sure that we get the right ones
            new Allocate("otherorder", "sku1", 30),
            new Allocate("otherorder", "sku2", 10));

        Assert.That(await AllocationsAsync("order1"), Is.EqualTo(new[] { new AllocatedLine("sku1", "sku1batch"), new AllocatedLine("sku2", "sku2batch") }));
    }

    [Test, Book("integration/test_views.py::test_deallocation")]
    public async Task Deallocation()
    {
        await SendAsync(
            new CreateBatch("b1", "sku1", 50, null),
            new CreateBatch("b2", "sku1", 50, Today),
            new Allocate("o1", "sku1", 40),
            new ChangeBatchQuantity("b1", 10));

        Assert.That(await AllocationsAsync("o1"), Is.EqualTo(new[] { new AllocatedLine("sku1", "b2") }));
    }

    private async Task<IReadOnlyList<AllocatedLine>> AllocationsAsync(string orderId)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new AllocationsOfOrder(orderId));
    }
}

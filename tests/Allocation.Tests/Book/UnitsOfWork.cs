using Allocation.Domain;
using Allocation.Tests.Support;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Book;

public sealed class UnitsOfWork : HandlerTest
{
    [Test, Book("integration/test_uow.py::test_uow_can_retrieve_a_batch_and_allocate_to_it")]
    public async Task Uow_can_retrieve_a_batch_and_allocate_to_it()
    {
        await InsertBatchAsync("batch1", "HIPSTER-WORKBENCH");

        await WorkAsync(async (products, unitOfWork) =>
        {
            var product = await products.GetAsync("HIPSTER-WORKBENCH");
            product!.Allocate(new OrderLine("o1", "HIPSTER-WORKBENCH", 10));
            await unitOfWork.CommitAsync();
        });

        var stored = await App.StoredAsync(context => context.Products.SingleAsync());
        Assert.That(stored.Batches.Single(batch => batch.Lines.Any(line => line.OrderId == "o1")).Id, Is.EqualTo("batch1"));
    }

    [Test, Book("integration/test_uow.py::test_rolls_back_uncommitted_work_by_default")]
    public async Task Rolls_back_uncommitted_work_by_default()
    {
        await WorkAsync(async (products, unitOfWork) =>
        {
            products.Add(new Product("MEDIUM-PLINTH"));
            await unitOfWork.CreateSavepointAsync("written");
        });

        Assert.That(await App.RowsAsync(), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test, Book("integration/test_uow.py::test_rolls_back_on_error")]
    public async Task Rolls_back_on_error()
    {
        var failing = WorkAsync(async (products, unitOfWork) =>
        {
            products.Add(new Product("LARGE-FORK"));
            await unitOfWork.CreateSavepointAsync("written");
            throw new TimeoutException();
        });

        Assert.That(async () => await failing, Throws.InstanceOf<TimeoutException>());
        Assert.That(await App.RowsAsync(), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test, Book("integration/test_uow.py::test_concurrent_updates_to_version_are_not_allowed")]
    public async Task Concurrent_updates_to_version_are_not_allowed()
    {
        await InsertBatchAsync("batch1", "LAMP");
        var version = await VersionAsync();

        await WorkAsync((first, firstUnit) => WorkAsync(async (second, secondUnit) =>
        {
            (await first.GetAsync("LAMP"))!.Allocate(new OrderLine("order1", "LAMP", 10));
            (await second.GetAsync("LAMP"))!.Allocate(new OrderLine("order2", "LAMP", 10));
            await firstUnit.CommitAsync();
            Assert.That(async () => await secondUnit.CommitAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
        }));

        Assert.That(await VersionAsync(), Is.EqualTo(version + 1));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 1, 1)));
        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("order1", "LAMP", "batch1") }));
    }

    private Task<int> VersionAsync() => App.StoredAsync(context => context.Products.Select(product => product.Version).SingleAsync());

    private Task InsertBatchAsync(string reference, string sku) => WorkAsync(async (products, unitOfWork) =>
    {
        var product = new Product(sku);
        product.AddBatch(reference, 100, null);
        products.Add(product);
        await unitOfWork.CommitAsync();
    });

    /// <summary>What the book writes as 'with uow': the scope of a unit of work.</summary>
    private async Task WorkAsync(Func<IRepository<Product, string>, IUnitOfWork, Task> work)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var unitOfWork = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
        await work(unitOfWork.GetRepository<Product, string>(), unitOfWork);
    }
}

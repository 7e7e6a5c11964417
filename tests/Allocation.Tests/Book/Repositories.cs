using Allocation.Domain;
using Allocation.Tests.Support;
using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Book;

public sealed class Repositories : HandlerTest
{
    [Test, Book("integration/test_repository.py::test_get_by_batchref")]
    public async Task Get_by_batchref()
    {
        var (p1, p2) = (new Product("sku1"), new Product("sku2"));
        p1.AddBatch("b1", 100, null);
        p1.AddBatch("b2", 100, null);
        p2.AddBatch("b3", 100, null);
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var unitOfWork = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
            unitOfWork.Add(p1);
            unitOfWork.Add(p2);
            await unitOfWork.CommitAsync();
        }

        await using var later = App.Services.CreateAsyncScope();
        var products = later.ServiceProvider.GetRequiredService<IRepository<Product, string>>();
        Assert.That(await products.FindAsync(new WithBatch("b2")), Is.EqualTo(new[] { p1 }));
        Assert.That(await products.FindAsync(new WithBatch("b3")), Is.EqualTo(new[] { p2 }));
    }
}

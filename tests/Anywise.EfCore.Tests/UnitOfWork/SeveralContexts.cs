using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

public sealed class SeveralContexts : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext, CornerShop>(Configure).AddDbContext<HarborContext>(Configure).AddDbContext<EmptyContext>(Configure);

    [Test]
    public void Make_the_plain_unit_of_work_an_error_that_names_them() =>
        Assert.That(
            () => NewScope().GetRequiredService<IUnitOfWork>(),
            Throws.InvalidOperationException.With.Message.Contains("'SeveralContexts.CornerShop', 'HarborContext', 'SeveralContexts.EmptyContext'").And.Message.Contains("'IUnitOfWork<SeveralContexts.CornerShop>'"));

    [Test]
    public async Task Have_a_unit_of_work_each()
    {
        var scope = NewScope();
        var (shop, harbor) = (scope.GetRequiredService<IUnitOfWork<ShopContext>>(), scope.GetRequiredService<IUnitOfWork<HarborContext>>());
        shop.Add(new Order("of the shop"));
        harbor.Add(new Order("of the harbor"));

        await shop.CommitAsync();
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "of the shop" }));
        await harbor.CommitAsync();

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "of the harbor", "of the shop" }));
    }

    [Test]
    public void Have_the_repository_of_an_aggregate_that_only_one_of_them_stores() =>
        Assert.That(NewScope().GetRequiredService<IRepository<Voyage, VoyageId>>(), Is.Not.Null);

    [Test]
    public async Task Have_a_repository_each_where_more_than_one_stores_the_aggregate()
    {
        var scope = NewScope();
        Assert.That(
            () => scope.GetRequiredService<IRepository<Order, Guid>>(),
            Throws.InvalidOperationException.With.Message.Contains("'SeveralContexts.CornerShop', 'HarborContext'").And.Message.Contains("'GetRepository'"));

        var unitOfWork = scope.GetRequiredService<IUnitOfWork<ShopContext>>();
        var order = new Order("first");
        unitOfWork.GetRepository<Order, Guid>().Add(order);
        await unitOfWork.CommitAsync();

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public void Have_no_repository_of_what_none_of_them_stores() =>
        Assert.That(
            () => NewScope().GetRequiredService<IRepository<Unmapped, int>>(),
            Throws.InvalidOperationException.With.Message.Contains("no registered context has it").And.Message.Contains("'DbSet<SeveralContexts.Unmapped>'"));

    [Test]
    public async Task Are_needed_for_a_unit_of_work()
    {
        await using var services = new ServiceCollection().AddAnywise(_ => { }).BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();

        Assert.That(() => scope.ServiceProvider.GetRequiredService<IUnitOfWork>(), Throws.InvalidOperationException.With.Message.Contains("no EF Core context is registered"));
    }

    private IServiceProvider NewScope() => Dispose(Services.CreateAsyncScope()).ServiceProvider;

    private sealed class CornerShop(DbContextOptions<CornerShop> options) : ShopContext(options);

    private sealed class EmptyContext(DbContextOptions<EmptyContext> options) : DbContext(options);

    private sealed class Unmapped : AggregateRoot<int>;
}

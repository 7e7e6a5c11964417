using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>The pool has one context, so that each scope gets the one that the scope before it has left.</summary>
public abstract class AUnitOfWorkOfAPooledContextContract : ShopTest
{
    protected override void AddContext(IServiceCollection services) => services.AddDbContextPool<ShopContext, HarborContext>(Configure, poolSize: 1);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Leaves_nothing_to_the_next_scope_but_what_is_committed(bool asynchronously)
    {
        var id = await StoreAsync();
        var first = Services.CreateAsyncScope();
        var context = first.ServiceProvider.GetRequiredService<HarborContext>();
        var unitOfWork = first.ServiceProvider.GetRequiredService<IUnitOfWork>();
        (await VoyagesOf(first.ServiceProvider).GetAsync(id))!.Add("Colchis");
        await unitOfWork.CreateSavepointAsync("open");
        unitOfWork.Add(new Order("unwritten"));
        await EndAsync(first, asynchronously);

        await using var next = Services.CreateAsyncScope();
        var voyage = (await VoyagesOf(next.ServiceProvider).GetAsync(id))!;

        Assert.That(next.ServiceProvider.GetRequiredService<HarborContext>(), Is.SameAs(context));
        Assert.That(context.Database.CurrentTransaction, Is.Null);
        Assert.That(voyage.Legs.Select(leg => leg.Port), Is.EqualTo(new[] { "Iolcus" }));
        Assert.That(context.ChangeTracker.Entries<Voyage>().Count(), Is.EqualTo(1));
        Assert.That(context.ChangeTracker.HasChanges(), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Commits_in_the_next_scope_with_versions_and_events(bool asynchronously)
    {
        var id = await StoreAsync();
        var first = Services.CreateAsyncScope();
        (await VoyagesOf(first.ServiceProvider).GetAsync(id))!.Add("Colchis");
        await first.ServiceProvider.GetRequiredService<IUnitOfWork>().CreateSavepointAsync("open");
        await EndAsync(first, asynchronously);

        await using var next = Services.CreateAsyncScope();
        var unitOfWork = next.ServiceProvider.GetRequiredService<IUnitOfWork>();
        var voyage = (await VoyagesOf(next.ServiceProvider).GetAsync(id))!;
        voyage.Add("Lemnos");
        voyage.Say(new OrderPlaced("said"));
        await unitOfWork.CreateSavepointAsync("open");
        Assert.That(Seen.Events, Is.Empty);
        await unitOfWork.CommitAsync();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("said") }));
        await EndAsync(next, asynchronously);
        await using var last = Services.CreateAsyncScope();
        var stored = (await VoyagesOf(last.ServiceProvider).GetAsync(id))!;
        Assert.That((stored.Version, stored.Legs.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Refuses_to_touch_the_context_of_the_next_scope()
    {
        var first = Services.CreateAsyncScope();
        var unitOfWork = first.ServiceProvider.GetRequiredService<IUnitOfWork>();
        var voyages = unitOfWork.GetRepository<Voyage, VoyageId>();
        await first.DisposeAsync();

        await using var next = Services.CreateAsyncScope();
        var context = next.ServiceProvider.GetRequiredService<HarborContext>();

        Assert.That(() => unitOfWork.Add(new Order("late")), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => unitOfWork.GetContext<HarborContext>(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => voyages.Add(new Voyage("late")), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await unitOfWork.CommitAsync(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(context.ChangeTracker.Entries(), Is.Empty);
    }

    private async Task<VoyageId> StoreAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var voyage = new Voyage("first");
        voyage.Add("Iolcus");
        VoyagesOf(scope.ServiceProvider).Add(voyage);
        await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().CommitAsync();
        return voyage.Id;
    }

    private static async Task EndAsync(AsyncServiceScope scope, bool asynchronously)
    {
        if (asynchronously)
        {
            await scope.DisposeAsync();
        }
        else
        {
            ((IDisposable)scope).Dispose();
        }
    }

    private static IRepository<Voyage, VoyageId> VoyagesOf(IServiceProvider scope) => scope.GetRequiredService<IRepository<Voyage, VoyageId>>();
}

public sealed class AUnitOfWorkOfAPooledContextOnSqlite : AUnitOfWorkOfAPooledContextContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AUnitOfWorkOfAPooledContextOnPostgres : AUnitOfWorkOfAPooledContextContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

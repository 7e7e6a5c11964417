using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

public abstract class ARepositoryContract : ShopTest
{
    protected override void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext, HarborContext>(Configure);

    [Test]
    public async Task Gets_an_aggregate_whole_with_children_of_children_and_declared_parts()
    {
        var id = await StoreAsync();

        var voyage = await RepositoryOf(NewScope()).GetAsync(id);

        Assert.That(voyage!.Ship, Is.EqualTo(new Ship("Argo")));
        Assert.That(voyage.Legs.Select(leg => leg.Port), Is.EquivalentTo(new[] { "Iolcus", "Lemnos" }));
        Assert.That(voyage.Legs.SelectMany(leg => leg.Cargo).Select(cargo => cargo.Text), Is.EqualTo(new[] { "wine" }));
        Assert.That(voyage.Remarks.Select(remark => remark.Text), Is.EqualTo(new[] { "windy" }));
    }

    [Test]
    public async Task Leaves_out_what_the_model_says_is_no_part()
    {
        var id = await StoreAsync();

        Assert.That((await RepositoryOf(NewScope()).GetAsync(id))!.Inspections, Is.Empty);
    }

    [Test]
    public async Task Completes_an_aggregate_that_another_query_has_loaded_in_part()
    {
        var id = await StoreAsync();
        var scope = NewScope();
        var part = await scope.GetRequiredService<HarborContext>().Voyages.Include(voyage => voyage.Legs).SingleAsync();

        var voyage = await RepositoryOf(scope).GetAsync(id);

        Assert.That(voyage, Is.SameAs(part));
        Assert.That(voyage!.Legs.SelectMany(leg => leg.Cargo), Has.Exactly(1).Items);
        Assert.That(voyage.Remarks, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Asks_the_database_only_once_for_the_same_aggregate()
    {
        var id = await StoreAsync();
        var scope = NewScope();
        var first = await RepositoryOf(scope).GetAsync(id);
        await ForgetVoyagesAsync();

        Assert.That(await RepositoryOf(scope).GetAsync(id), Is.SameAs(first));
    }

    [Test]
    public async Task Asks_the_database_only_once_also_when_parts_were_added_meanwhile()
    {
        var id = await StoreAsync();
        var repository = RepositoryOf(NewScope());
        var voyage = (await repository.GetAsync(id))!;
        voyage.Add("Colchis", "fleece");
        await ForgetVoyagesAsync();

        Assert.That(await repository.GetAsync(id), Is.SameAs(voyage));
        Assert.That(voyage.Legs, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Gets_what_was_added_and_not_what_was_removed_before_the_commit()
    {
        var repository = RepositoryOf(NewScope());
        var voyage = new Voyage("new");
        repository.Add(voyage);
        Assert.That(await repository.GetAsync(voyage.Id), Is.SameAs(voyage));

        var stored = (await repository.GetAsync(await StoreAsync()))!;
        repository.Remove(stored);

        Assert.That(await repository.GetAsync(stored.Id), Is.Null);
        Assert.That(await repository.GetAsync(new VoyageId(Guid.NewGuid())), Is.Null);
    }

    [Test]
    public async Task Removes_an_aggregate_with_all_that_is_in_it()
    {
        var id = await StoreAsync();
        var scope = NewScope();
        var repository = RepositoryOf(scope);
        repository.Remove((await repository.GetAsync(id))!);

        await scope.GetRequiredService<IUnitOfWork>().CommitAsync();

        var context = NewScope().GetRequiredService<HarborContext>();
        Assert.That(await context.Set<Leg>().CountAsync() + await context.Set<Cargo>().CountAsync() + await context.Voyages.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task Finds_whole_aggregates_by_specifications_that_are_combined()
    {
        await StoreAsync();
        var argo = new Specification<Voyage>(voyage => voyage.Ship.Name == "Argo");
        var empty = new Specification<Voyage>(other => !other.Legs.Any());
        var repository = RepositoryOf(NewScope());

        Assert.That(await repository.FindAsync(argo.And(empty)), Is.Empty);
        Assert.That(await repository.FindAsync(argo.Not().Or(empty)), Is.Empty);
        var found = await repository.FindAsync(argo.And(empty.Not()));
        Assert.That(found.Single().Legs.SelectMany(leg => leg.Cargo), Has.Exactly(1).Items);
        Assert.That(argo.And(empty.Not()).IsSatisfiedBy(found[0]), Is.True);
    }

    private async Task ForgetVoyagesAsync()
    {
        var elsewhere = NewScope().GetRequiredService<HarborContext>();
        await elsewhere.Set<Remark>().ExecuteDeleteAsync();
        await elsewhere.Voyages.ExecuteDeleteAsync();
    }

    private async Task<VoyageId> StoreAsync()
    {
        var scope = NewScope();
        var voyage = new Voyage("first") { Ship = new Ship("Argo") };
        voyage.Add("Iolcus", "wine");
        voyage.Add("Lemnos");
        voyage.Remarks.Add(new Remark { Text = "windy" });
        voyage.Inspections.Add(new Inspection());
        RepositoryOf(scope).Add(voyage);
        await scope.GetRequiredService<IUnitOfWork>().CommitAsync();
        return voyage.Id;
    }

    private IServiceProvider NewScope() => Dispose(Services.CreateAsyncScope()).ServiceProvider;

    private static IRepository<Voyage, VoyageId> RepositoryOf(IServiceProvider scope) => scope.GetRequiredService<IRepository<Voyage, VoyageId>>();
}

public sealed class ARepositoryOnSqlite : ARepositoryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ARepositoryOnPostgres : ARepositoryContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

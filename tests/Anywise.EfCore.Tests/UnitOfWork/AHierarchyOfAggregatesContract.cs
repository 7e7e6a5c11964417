using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>A vessel is a root, and so is a warship, which is a vessel with a version and with parts of its own.</summary>
public abstract class AHierarchyOfAggregatesContract : ShopTest
{
    protected override void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext, Fleet>(Configure);

    [Test]
    public async Task Has_a_base_that_can_be_got_again_when_it_is_tracked_already()
    {
        await StoreAsync(new Vessel { Flags = { new Flag() } });
        var vessels = NewScope().GetRequiredService<IRepository<Vessel, int>>();

        var vessel = await vessels.GetAsync(1);

        Assert.That(await vessels.GetAsync(1), Is.SameAs(vessel));
        Assert.That(vessel!.Flags, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Is_loaded_whole_by_the_repository_of_the_base_with_what_only_a_derived_root_has()
    {
        await StoreAsync(new Warship { Flags = { new Flag() }, Guns = { new Gun() } });
        var scope = NewScope();
        var part = await scope.GetRequiredService<Fleet>().Vessels.Include(vessel => vessel.Flags).SingleAsync();

        var warship = (Warship)(await scope.GetRequiredService<IRepository<Vessel, int>>().GetAsync(1))!;

        Assert.That(warship, Is.SameAs(part));
        Assert.That((warship.Flags.Count, warship.Guns.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Has_a_version_of_a_derived_root_that_rises_with_the_parts_of_its_base()
    {
        await StoreAsync(new Warship { Flags = { new Flag() }, Guns = { new Gun() } });
        await ChangeAsync(static warship => warship.Flags[0].Color = "red");
        await ChangeAsync(static warship => warship.Flags.Clear());
        await ChangeAsync(static warship => warship.Guns[0].Caliber = 8);

        Assert.That((await NewScope().GetRequiredService<Fleet>().Set<Warship>().SingleAsync()).Version, Is.EqualTo(3));
    }

    [Test]
    public async Task Has_a_base_without_a_version_that_is_saved_with_its_parts()
    {
        await StoreAsync(new Vessel { Flags = { new Flag() } });
        var scope = NewScope();
        (await scope.GetRequiredService<IRepository<Vessel, int>>().GetAsync(1))!.Flags[0].Color = "red";

        await scope.GetRequiredService<IUnitOfWork>().CommitAsync();

        Assert.That((await NewScope().GetRequiredService<Fleet>().Set<Flag>().SingleAsync()).Color, Is.EqualTo("red"));
    }

    private async Task StoreAsync(Vessel vessel)
    {
        var unitOfWork = NewScope().GetRequiredService<IUnitOfWork>();
        unitOfWork.Add(vessel);
        await unitOfWork.CommitAsync();
    }

    private async Task ChangeAsync(Action<Warship> change)
    {
        var scope = NewScope();
        change((await scope.GetRequiredService<IRepository<Warship, int>>().GetAsync(1))!);
        await scope.GetRequiredService<IUnitOfWork>().CommitAsync();
    }

    private IServiceProvider NewScope() => Dispose(Services.CreateAsyncScope()).ServiceProvider;

    private class Vessel : AggregateRoot<int>
    {
        public List<Flag> Flags { get; } = [];
    }

    private sealed class Warship : Vessel
    {
        public int Version { get; private set; }

        public List<Gun> Guns { get; } = [];
    }

    private sealed class Flag
    {
        public int Id { get; private set; }

        public string Color { get; set; } = "white";
    }

    private sealed class Gun
    {
        public int Id { get; private set; }

        public int Caliber { get; set; }
    }

    private sealed class Fleet(DbContextOptions<Fleet> options) : ShopContext(options)
    {
        public DbSet<Vessel> Vessels => Set<Vessel>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.Entity<Vessel>().HasMany(vessel => vessel.Flags).WithOne().IsRequired();
            modelBuilder.Entity<Warship>().HasMany(warship => warship.Guns).WithOne().IsRequired();
        }
    }
}

public sealed class AHierarchyOfAggregatesOnSqlite : AHierarchyOfAggregatesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AHierarchyOfAggregatesOnPostgres : AHierarchyOfAggregatesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

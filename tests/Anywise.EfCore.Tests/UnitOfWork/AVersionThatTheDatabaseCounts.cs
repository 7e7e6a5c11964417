using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>As <c>xmin</c> on PostgreSQL, which only knows of the row of the root.</summary>
public sealed class AVersionThatTheDatabaseCounts
{
    private ServiceProvider _services = null!;
    private TestDatabase _database = null!;

    [SetUp]
    public async Task Start()
    {
        _database = await PostgresDatabase.NewAsync();
        _services = new ServiceCollection().AddAnywise(static _ => { }).BuildServiceProvider();
        await using var context = NewContext();
        await context.GetService<IRelationalDatabaseCreator>().CreateTablesAsync();
        context.Add(new Buoy { Id = 1, Place = "north", Lights = { new Light { Color = "red" } } });
        context.Add(new Beacon { Id = 1, Lights = { new Light { Color = "red" } } });
        await context.SaveChangesAsync();
    }

    [TearDown]
    public async Task End()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Lets_one_of_two_change_different_parts_of_an_aggregate()
    {
        await using var one = NewContext();
        await using var other = NewContext();
        var (buoy, stale) = (await one.Set<Buoy>().SingleAsync(), await other.Set<Buoy>().SingleAsync());
        var before = buoy.Revision;
        buoy.Lights[0].Color = "green";
        stale.Lights.Add(new Light { Color = "white" });
        await one.SaveChangesAsync();

        Assert.That(buoy.Revision, Is.Not.EqualTo(before));
        Assert.That(
            async () => await other.SaveChangesAsync(),
            Throws.InstanceOf<DbUpdateConcurrencyException>().With.Message.Contains("somebody else has changed or removed 'Buoy 1'"));
        await one.SaveChangesAsync();
    }

    [Test]
    public async Task Is_refused_where_the_root_has_no_column_to_write()
    {
        await using var context = NewContext();
        (await context.Set<Beacon>().SingleAsync()).Lights.Clear();

        Assert.That(
            async () => await context.SaveChangesAsync(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "Nothing was saved, because the database counts the versions of 'AVersionThatTheDatabaseCounts.Beacon' when its row is written, but it has no column that can be. Give it one, "
                + "or an 'int Version'."));
    }

    [Test]
    public async Task Is_none_where_the_model_says_that_it_is_no_token()
    {
        await using var context = NewContext();

        Assert.That(context.Model.FindEntityType(typeof(Sign))!.FindProperty("Version")!.IsConcurrencyToken, Is.False);
        Assert.That(context.Model.FindEntityType(typeof(Paper))!.FindProperty("Version")!.IsConcurrencyToken, Is.False, "a text is only called so");
    }

    private BuoyContext NewContext()
    {
        var options = new DbContextOptionsBuilder<BuoyContext>();
        _database.Use(options);
        options.AddAnywiseEvents(_services);
        return new BuoyContext(options.Options);
    }

    private sealed class BuoyContext(DbContextOptions<BuoyContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Buoy>(buoy =>
            {
                buoy.Property(b => b.Id).ValueGeneratedNever();
                buoy.Property(b => b.Revision).IsRowVersion();
                buoy.OwnsMany(b => b.Lights);
            });
            modelBuilder.Entity<Beacon>(beacon =>
            {
                beacon.Property(b => b.Id).ValueGeneratedNever();
                beacon.Property(b => b.Revision).IsRowVersion();
                beacon.OwnsMany(b => b.Lights);
            });
            modelBuilder.Entity<Sign>().Property(sign => sign.Version).IsConcurrencyToken(false);
            modelBuilder.Entity<Paper>();
        }
    }

    private sealed class Buoy : AggregateRoot<int>
    {
        public new int Id { get => base.Id; init => base.Id = value; }

        public required string Place { get; init; }

        public uint Revision { get; private set; }

        public List<Light> Lights { get; } = [];
    }

    private sealed class Beacon : AggregateRoot<int>
    {
        public new int Id { get => base.Id; init => base.Id = value; }

        public uint Revision { get; private set; }

        public List<Light> Lights { get; } = [];
    }

    private sealed class Sign : AggregateRoot<int>
    {
        public int Version { get; private set; }
    }

    private sealed class Paper : AggregateRoot<int>
    {
        public string Version { get; private set; } = "";
    }

    private sealed class Light
    {
        public required string Color { get; set; }
    }
}

using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

public sealed class TheTableOfAnOutbox
{
    [Test]
    public async Task Is_created_by_migrations_once()
    {
        await using var database = await SqliteDatabase.NewAsync();
        await using var context = New(database);
        var differ = context.GetService<IMigrationsModelDiffer>();

        var tables = differ.GetDifferences(null, context.GetService<IDesignTimeModel>().Model.GetRelationalModel()).OfType<CreateTableOperation>();

        Assert.That(tables.Count(table => table.Name == "AnywiseOutbox"), Is.EqualTo(1));
        Assert.That(context.GetService<IHistoryRepository>().GetCreateScript(), Does.Not.Contain("AnywiseOutbox"), "it has a model of its own");
    }

    [Test]
    public async Task Has_the_name_and_the_schema_that_the_application_says()
    {
        await using var database = await SqliteDatabase.NewAsync();
        await using var context = New(database, outbox => (outbox.Table, outbox.Schema) = ("Pending", "messaging"));

        var entity = context.Model.FindEntityType(OutboxTable.Entity)!;

        Assert.That((entity.GetTableName(), entity.GetSchema()), Is.EqualTo(("Pending", "messaging")));
    }

    [Test]
    public async Task Keeps_its_columns_whatever_the_application_says_of_all_its_properties()
    {
        await using var database = await SqliteDatabase.NewAsync();
        await using var services = Services();
        var options = new DbContextOptionsBuilder().AddAnywiseEvents(services, events => events.UseOutbox());
        database.Use(options);
        await using var context = new StrictContext(options.Options);
        var row = context.Model.FindEntityType(OutboxTable.Entity)!;

        Assert.That(row.FindProperty(OutboxTable.Payload)!.GetMaxLength(), Is.Null);
        Assert.That(row.FindProperty(OutboxTable.DueAt)!.GetTypeMapping().Converter, Is.Null);
        await context.Database.EnsureCreatedAsync();
        context.Add(new Parcel(1));
        context.Set<Parcel>().Local.Single().Send();
        await context.SaveChangesAsync();
    }

    [Test]
    public async Task Is_asked_for_when_it_is_missing()
    {
        await using var database = await SqliteDatabase.NewAsync();
        await using (var old = New(database, withOutbox: false))
        {
            await old.Database.EnsureCreatedAsync();
        }

        await using var context = New(database);
        context.Add(new Order("first"));

        Assert.That(
            async () => await context.SaveChangesAsync(),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "The database has no table for the outbox of 'ShopContext'. "
                + "Run 'dotnet ef migrations add Outbox' and 'dotnet ef database update', or call 'EnsureCreated' on a new database."));
        Assert.That(context.Orders.AsNoTracking().Count(), Is.Zero);
        Assert.That(context.Orders.Local.Single().DomainEvents, Has.Count.EqualTo(1));
    }

    [Test]
    public void Is_refused_for_a_database_that_has_no_outbox()
    {
        using var services = Services();
        using var context = new ShopContext(
            TestDatabase.AllowManyKinds(new DbContextOptionsBuilder()).UseInMemoryDatabase("shop").AddAnywiseEvents(services, events => events.UseOutbox()).Options);

        Assert.That(() => context.Model, Throws.InvalidOperationException.With.Message.StartsWith("'UseOutbox' knows SQLite and PostgreSQL, but not"));
    }

    private static ServiceProvider Services() => new ServiceCollection().AddSingleton<Seen>().AddAnywise(anywise => anywise.AddHandler<SeeingHandler>()).BuildServiceProvider();

    private static ShopContext New(TestDatabase database, Action<OutboxOptions>? configure = null, bool withOutbox = true)
    {
        var options = new DbContextOptionsBuilder().AddAnywiseEvents(Services(), events => _ = withOutbox ? events.UseOutbox(configure) : events);
        database.Use(options);
        return new ShopContext(options.Options);
    }

    private sealed class StrictContext(DbContextOptions options) : ShopContext(options)
    {
        protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
        {
            configurationBuilder.Properties<string>().HaveMaxLength(10);
            configurationBuilder.Properties<long>().HaveConversion<string>();
        }
    }
}

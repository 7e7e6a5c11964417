using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Registration;

/// <summary>Every way in which a context comes into being delivers its events.</summary>
public sealed class ARegisteredContext : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    [Test]
    public async Task Delivers_from_a_pool_in_every_lease()
    {
        await using var services = Build(services => services.AddDbContextPool<PooledContext>(Configure, poolSize: 1));
        var instances = new HashSet<DbContext>(ReferenceEqualityComparer.Instance);
        for (var lease = 1; lease <= 3; lease++)
        {
            await using var scope = services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<PooledContext>();
            instances.Add(context);
            await SaveOrderAsync(context, $"{lease}");
        }

        Assert.That(instances, Has.Count.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("1"), new OrderPlaced("2"), new OrderPlaced("3") }));
    }

    [Test]
    public async Task Leaves_nothing_of_a_lease_to_the_next_one()
    {
        await using var services = Build(services => services.AddDbContextPool<PooledContext>(Configure, poolSize: 1));
        await using (var scope = services.CreateAsyncScope())
        {
            var context = scope.ServiceProvider.GetRequiredService<PooledContext>();
            context.Add(new Order("unsaved"));
            await context.Database.BeginTransactionAsync();
            await SaveOrderAsync(context, "not committed");
            context.Add(new Order("unsaved, too"));
        }

        await using var next = services.CreateAsyncScope();
        await SaveOrderAsync(next.ServiceProvider.GetRequiredService<PooledContext>(), "saved");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("saved") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "saved" }));
    }

    [Test]
    public async Task Delivers_in_the_lease_after_one_whose_save_was_refused()
    {
        var refusal = new Refusal();
        await using var services = Build(services => services.AddDbContextPool<PooledContext>(
            options =>
            {
                Configure(options);
                options.AddInterceptors(refusal);
            },
            poolSize: 1));
        await using (var scope = services.CreateAsyncScope())
        {
            refusal.IsOn = true;
            Assert.That(() => SaveOrderAsync(scope.ServiceProvider.GetRequiredService<PooledContext>(), "refused"), Throws.InvalidOperationException);
            refusal.IsOn = false;
        }

        await using var next = services.CreateAsyncScope();
        await SaveOrderAsync(next.ServiceProvider.GetRequiredService<PooledContext>(), "saved");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("saved") }));
    }

    [Test]
    public Task Delivers_from_a_factory() => DeliversFromAFactoryAsync(services => services.AddDbContextFactory<FactoryContext>(Configure));

    [Test]
    public Task Delivers_from_a_scoped_factory() =>
        DeliversFromAFactoryAsync(services => services.AddDbContextFactory<FactoryContext>(Configure, ServiceLifetime.Scoped));

    [Test]
    public Task Delivers_from_a_pooled_factory() => DeliversFromAFactoryAsync(services => services.AddPooledDbContextFactory<FactoryContext>(Configure));

    [Test]
    public async Task Delivers_when_its_options_are_singletons()
    {
        await using var services = Build(services => services.AddDbContext<FactoryContext>(Configure, optionsLifetime: ServiceLifetime.Singleton));
        await using var scope = services.CreateAsyncScope();

        await SaveOrderAsync(scope.ServiceProvider.GetRequiredService<FactoryContext>(), "first");

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_when_it_configures_itself()
    {
        await using var context = new SelfConfiguredContext(Database, Services);

        await SaveOrderAsync(context, "first");

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_when_it_is_created_without_a_container_but_with_a_provider()
    {
        var options = new DbContextOptionsBuilder<ShopContext>().AddAnywiseEvents(Services);
        Database.Use(options);
        await using var context = new ShopContext(options.Options);

        await SaveOrderAsync(context, "first");

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_in_a_host()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton(Seen);
        builder.Services.AddAnywise(anywise => anywise.AddHandler<SeeingHandler>());
        builder.Services.AddDbContext<ShopContext>(Configure);
        using var host = builder.Build();
        await host.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();

        await SaveOrderAsync(scope.ServiceProvider.GetRequiredService<ShopContext>(), "first");
        await host.StopAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Delivers_after_the_commit_whether_it_is_switched_on_before_or_after_the_provider(bool before)
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        if (before)
        {
            options.AddAnywiseEvents(Services);
        }

        Database.Use(options);
        if (!before)
        {
            options.AddAnywiseEvents(Services);
        }

        await using var context = new ShopContext(options.Options);
        await using var transaction = await context.Database.BeginTransactionAsync();
        await SaveOrderAsync(context, "first");
        Assert.That(Seen.Events, Is.Empty);

        await transaction.CommitAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_when_it_outlives_its_scope()
    {
        var scope = Services.CreateAsyncScope();
        var options = scope.ServiceProvider.GetRequiredService<DbContextOptions<ShopContext>>();
        await using var context = new ShopContext(options);
        var order = new Order("first");
        context.Add(order);
        await scope.DisposeAsync();

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Delivers_on_the_InMemory_provider_when_the_save_returns()
    {
        await using var services = Build(services => services.AddDbContext<FactoryContext>(options => TestDatabase.AllowManyKinds(options).UseInMemoryDatabase(TestContext.CurrentContext.Test.ID).AddAnywiseEvents()));
        await using var scope = services.CreateAsyncScope();

        await SaveOrderAsync(scope.ServiceProvider.GetRequiredService<FactoryContext>(), "first");

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Shares_its_internal_services_with_contexts_of_other_containers()
    {
        // EF Core throws when it has to build a 21st set of internal services
        for (var container = 0; container < 30; container++)
        {
            await using var services = Build();
            await using var scope = services.CreateAsyncScope();
            await SaveOrderAsync(scope.ServiceProvider.GetRequiredService<ShopContext>(), $"{container}");
        }

        Assert.That(Seen.Events, Has.Count.EqualTo(30));
    }

    private async Task DeliversFromAFactoryAsync(Action<IServiceCollection> addFactory)
    {
        await using var services = Build(addFactory);
        await using var scope = services.CreateAsyncScope();
        await using var context = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<FactoryContext>>().CreateDbContextAsync();

        await SaveOrderAsync(context, "first");

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    private static async Task SaveOrderAsync(DbContext context, string name)
    {
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }

    private sealed class Refusal : SaveChangesInterceptor
    {
        public bool IsOn { get; set; }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            IsOn ? throw new InvalidOperationException("refused") : new(result);
    }

    private sealed class PooledContext(DbContextOptions<PooledContext> options) : ShopContext(options);

    private sealed class FactoryContext(DbContextOptions<FactoryContext> options) : ShopContext(options);

    private sealed class SelfConfiguredContext(TestDatabase database, IServiceProvider services) : ShopContext(new DbContextOptions<SelfConfiguredContext>())
    {
        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
        {
            database.Use(optionsBuilder);
            optionsBuilder.AddAnywiseEvents(services);
        }
    }
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Pooled contexts, told before each use which database of several tenants they are for.</summary>
public abstract class AContextThatGoesToAnotherDatabaseContract : OutboxTest
{
    private readonly List<TestDatabase> _tenants = [];

    [SetUp]
    public async Task NewTenants()
    {
        for (var tenant = 0; tenant < 2; tenant++)
        {
            _tenants.Add(Dispose(await NewDatabaseAsync()));
            await using var scope = Services.CreateAsyncScope();
            await ContextOf(tenant, scope).Database.EnsureCreatedAsync();
        }
    }

    [Test]
    public async Task Has_the_outbox_of_the_database_that_it_saves_in()
    {
        foreach (var (tenant, name) in new[] { (0, "first of 0"), (1, "first of 1"), (0, "second of 0") })
        {
            await using var scope = Services.CreateAsyncScope();
            var context = ContextOf(tenant, scope);
            context.Add(new Order(name));
            await context.SaveChangesAsync();
        }

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first of 0"), new OrderPlaced("first of 1"), new OrderPlaced("second of 0") }));
        await UntilAsync(async () => await RowsOfAsync(0) + await RowsOfAsync(1) == 0);
        Assert.That(await RowsAsync(), Is.Empty);
    }

    protected abstract string ConnectionStringOf(TestDatabase database);

    protected override void AddContext(IServiceCollection services) => services.AddDbContextPool<ShopContext>(Configure, poolSize: 1);

    /// <summary>The pool does not take back what a context was told.</summary>
    private ShopContext ContextOf(int tenant, AsyncServiceScope scope)
    {
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        context.Database.SetConnectionString(ConnectionStringOf(_tenants[tenant]));
        return context;
    }

    private async Task<int> RowsOfAsync(int tenant)
    {
        await using var scope = Services.CreateAsyncScope();
        return await ContextOf(tenant, scope).Database.SqlQueryRaw<int>("SELECT CAST(count(*) AS int) AS \"Value\" FROM \"AnywiseOutbox\"").SingleAsync();
    }
}

/// <inheritdoc/>
public sealed class AContextThatGoesToAnotherDatabaseOnSqlite : AContextThatGoesToAnotherDatabaseContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override string ConnectionStringOf(TestDatabase database) => ((SqliteDatabase)database).ConnectionString;
}

/// <inheritdoc/>
public sealed class AContextThatGoesToAnotherDatabaseOnPostgres : AContextThatGoesToAnotherDatabaseContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    protected override string ConnectionStringOf(TestDatabase database) => ((PostgresDatabase)database).ConnectionString;
}

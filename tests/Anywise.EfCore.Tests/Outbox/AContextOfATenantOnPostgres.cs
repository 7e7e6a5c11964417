using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Contexts of one type are on several databases, each with a data source of its own.</summary>
public sealed class AContextOfATenantOnPostgres : OutboxTest
{
    private readonly Dictionary<string, NpgsqlDataSource> _sources = [];
    private string _tenant = "";

    [Test]
    public async Task Has_the_outbox_of_its_own_database()
    {
        foreach (var tenant in new[] { "one", "other" })
        {
            _sources[tenant] = Dispose(NpgsqlDataSource.Create(((PostgresDatabase)Dispose(await PostgresDatabase.NewAsync())).ConnectionString));
        }

        await using var services = Build(registered => registered.AddDbContext<TenantContext>(options =>
            TestDatabase.AllowManyKinds(options).UseNpgsql(_sources[_tenant]).AddAnywiseEvents(ConfigureEvents)));
        foreach (var tenant in _sources.Keys)
        {
            _tenant = tenant;
            await using var scope = services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<TenantContext>();
            await context.Database.EnsureCreatedAsync();
            context.Add(new Order(tenant));
            await context.SaveChangesAsync();
        }

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("one"), new OrderPlaced("other") }));
        foreach (var source in _sources.Values)
        {
            await UntilAsync(async () => await CountAsync(source) == 0);
        }
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    private static async Task<long> CountAsync(NpgsqlDataSource source)
    {
        await using var count = source.CreateCommand("SELECT count(*) FROM \"AnywiseOutbox\"");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private sealed class TenantContext(DbContextOptions<TenantContext> options) : ShopContext(options);
}

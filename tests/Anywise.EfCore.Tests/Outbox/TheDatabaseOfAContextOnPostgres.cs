using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The outbox works where the context does, however that was told, and by what it was told: a connection does not tell its password.</summary>
public sealed class TheDatabaseOfAContextOnPostgres : OutboxTest
{
    private const string Here = "Host=here;Database=shop;Username=ada;Password=secret";
    private const string There = "Host=there;Database=shop;Username=ada;Password=secret";

    [Test]
    public void Is_that_of_the_options_if_nobody_says_otherwise() => Assert.That(IsElsewhere(options => options.UseNpgsql(Here)), Is.False);

    [Test]
    public void Is_that_of_the_options_also_by_a_data_source_that_hides_the_password() =>
        Assert.That(IsElsewhere(options => options.UseNpgsql(Here, npgsql => npgsql.ConfigureDataSource(static source => source.Name = "shop"))), Is.False);

    [Test]
    public void Is_another_one_that_the_context_was_sent_to() => Assert.Multiple(() =>
    {
        Assert.That(IsElsewhere(options => options.UseNpgsql(Here), static context => context.Database.SetConnectionString(There)), Is.True);
        Assert.That(IsElsewhere(options => options.UseNpgsql(), static context => context.Database.SetConnectionString(There)), Is.True);
    });

    [Test]
    public async Task Is_that_of_the_options_also_with_the_open_connection_of_another_context()
    {
        var parts = new NpgsqlConnectionStringBuilder(ConnectionString);
        parts.Password ??= "secret"; // a server that trusts everybody does not ask for it
        await using var open = new NpgsqlConnection(parts.ConnectionString);
        await open.OpenAsync();

        Assert.That(IsElsewhere(options => options.UseNpgsql(parts.ConnectionString), context => context.Database.SetDbConnection(open)), Is.False);
    }

    [Test]
    public async Task Is_found_by_the_data_source_of_the_container()
    {
        var source = Dispose(NpgsqlDataSource.Create(ConnectionString));
        await using var services = Build(registered => registered.AddSingleton(source).AddDbContext<ForeignContext>(options =>
            TestDatabase.AllowManyKinds(options).UseNpgsql().AddAnywiseEvents(ConfigureEvents)));

        var isElsewhere = true;
        await SaveAsync(services, context => isElsewhere = OutboxDatabase.IsElsewhere(context, services));

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(isElsewhere, Is.False);
    }

    [Test]
    public async Task Is_reached_by_the_string_that_the_context_was_given_instead_of_none()
    {
        await using var services = Build(registered => registered.AddDbContext<ForeignContext>(options =>
            TestDatabase.AllowManyKinds(options).UseNpgsql().AddAnywiseEvents(ConfigureEvents)));

        await SaveAsync(services, context => context.Database.SetConnectionString(ConnectionString));

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    private string ConnectionString => ((PostgresDatabase)Database).ConnectionString;

    private static async Task SaveAsync(IServiceProvider services, Action<DbContext> prepare)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ForeignContext>();
        prepare(context);
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
    }

    private bool IsElsewhere(Action<DbContextOptionsBuilder> configure, Action<DbContext>? send = null)
    {
        var options = TestDatabase.AllowManyKinds(new DbContextOptionsBuilder<ForeignContext>());
        configure(options);
        using var context = new ForeignContext((DbContextOptions<ForeignContext>)options.Options);
        send?.Invoke(context);
        return OutboxDatabase.IsElsewhere(context, Services);
    }

    private sealed class ForeignContext(DbContextOptions<ForeignContext> options) : ShopContext(options);
}

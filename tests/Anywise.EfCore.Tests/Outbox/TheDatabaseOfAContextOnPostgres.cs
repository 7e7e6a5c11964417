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
        Assert.That(IsElsewhere(options => options.UseNpgsql(Here), There), Is.True);
        Assert.That(IsElsewhere(options => options.UseNpgsql(), There), Is.True);
    });

    [Test]
    public async Task Is_that_of_the_options_also_with_the_open_connection_of_another_context()
    {
        await using var open = new NpgsqlConnection(ConnectionString);
        await open.OpenAsync();
        await using var context = NewContext();

        context.Database.SetDbConnection(open);

        Assert.That(OutboxDatabase.IsElsewhere(context, Services), Is.False);
    }

    [Test]
    public async Task Is_found_by_the_data_source_of_the_container()
    {
        var source = Dispose(NpgsqlDataSource.Create(ConnectionString));
        await using var services = Build(registered => registered.AddSingleton(source).AddDbContext<ForeignContext>(options =>
            TestDatabase.AllowManyKinds(options).UseNpgsql().AddAnywiseEvents(ConfigureEvents)));

        await SaveAsync(services, static _ => { });

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
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

    private bool IsElsewhere(Action<DbContextOptionsBuilder> configure, string? sentTo = null)
    {
        var options = TestDatabase.AllowManyKinds(new DbContextOptionsBuilder<ForeignContext>());
        configure(options);
        using var context = new ForeignContext((DbContextOptions<ForeignContext>)options.Options);
        if (sentTo is not null)
        {
            context.Database.SetConnectionString(sentTo);
        }

        return OutboxDatabase.IsElsewhere(context, Services);
    }

    private sealed class ForeignContext(DbContextOptions<ForeignContext> options) : ShopContext(options);
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Registration;

public sealed class AHostThatStarts
{
    private readonly RecordedLog _log = new();

    [Test]
    public async Task Warns_about_a_context_with_aggregates_and_without_Anywise()
    {
        await StartAsync(services => services.AddDbContext<Watched>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:")));

        var (level, text, _) = _log.Entries.Single();
        Assert.That(level, Is.EqualTo(LogLevel.Warning));
        Assert.That(text, Does.StartWith("'AHostThatStarts.Watched' has aggregates").And.Contain("Add '.AddAnywiseEvents()'"));
    }

    [Test]
    public async Task Is_content_with_a_context_that_has_Anywise()
    {
        await StartAsync(services => services
            .AddDbContext<Watched>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:").AddAnywiseEvents())
            .AddDbContextFactory<OfInterface>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:").AddAnywiseEvents()));

        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task Is_content_with_a_context_that_has_no_aggregates_or_configures_itself()
    {
        await StartAsync(services => services
            .AddDbContext<WithoutAggregates>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:"))
            .AddDbContext<SelfConfigured>());

        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task Starts_although_the_options_of_a_context_cannot_be_made_yet()
    {
        await StartAsync(services => services.AddDbContext<Watched>(_ => throw new InvalidOperationException("no connection string")));

        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task Warns_about_aggregates_that_cannot_inherit()
    {
        await StartAsync(services => services.AddDbContextPool<OfInterface>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:")));

        Assert.That(_log.Entries.Single().Text, Does.StartWith("'AHostThatStarts.OfInterface' has aggregates"));
    }

    private async Task StartAsync(Action<IServiceCollection> addContexts)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton<Seen>();
        builder.Services.AddAnywise(anywise => anywise.AddHandler<SeeingHandler>());
        addContexts(builder.Services);
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }

    private sealed class Watched(DbContextOptions<Watched> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }

    private sealed class OfInterface(DbContextOptions<OfInterface> options) : DbContext(options)
    {
        public DbSet<Receipt> Receipts => Set<Receipt>();
    }

    private sealed class WithoutAggregates(DbContextOptions<WithoutAggregates> options) : DbContext(options)
    {
        public DbSet<Note> Notes => Set<Note>();
    }

    private sealed class SelfConfigured(DbContextOptions<SelfConfigured> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();

        protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.AddAnywiseEvents();
    }
}

using Anywise.Crashes.Worker;
using Anywise.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.Crashes.Tests.Support;

/// <summary>An empty database for the workers of one test.</summary>
public sealed class CrashDatabase(bool isPostgres, string connectionString, IAsyncDisposable? owner = null) : IAsyncDisposable
{
    public bool IsPostgres { get; } = isPostgres;

    public string ConnectionString { get; } = connectionString;

    public static Task<CrashDatabase> OnSqliteAsync()
    {
        var folder = new Folder();
        return Task.FromResult(new CrashDatabase(isPostgres: false, $"Data Source={folder.PathOf("shop.db")}", folder));
    }

    public static CrashDatabase On(LocalPostgres server) => new(isPostgres: true, server.ConnectionString, server);

    /// <summary>On the server that the test run shares. Without a server the test is skipped, or fails where one is required.</summary>
    public static async Task<CrashDatabase> OnPostgresAsync()
    {
        var server = await PostgresServer.GetAsync();
        if (server.Missing is not null)
        {
            Assert.That(PostgresServer.IsRequired, Is.False, server.Missing);
            Assert.Ignore(server.Missing);
        }

        return new CrashDatabase(isPostgres: true, await server.NewDatabaseAsync());
    }

    /// <summary>Makes what workers with these settings need.</summary>
    public static async Task CreateTablesAsync(WorkerSettings settings)
    {
        var options = new DbContextOptionsBuilder<ShopContext>()
            .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning))
            .AddAnywiseEvents(events => events.UseOutbox(settings.UseOutbox));
        settings.UseDatabase(options);
        await using var context = new ShopContext(options.Options);
        await context.Database.EnsureCreatedAsync();
    }

    public ValueTask DisposeAsync() => owner?.DisposeAsync() ?? default;
}

/// <summary>A temporary folder.</summary>
public sealed class Folder : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crashes-");

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public string[] Files(string pattern) => Directory.GetFiles(_folder.FullName, pattern);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }
}

using Anywise.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A fresh database for one test, on one provider.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    /// <summary>As opposed to SQLite.</summary>
    public virtual bool IsPostgres => false;

    /// <summary>A test run has more kinds of options than EF Core finds good for an application.</summary>
    public static DbContextOptionsBuilder AllowManyKinds(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.ManyServiceProvidersCreatedWarning));

    public void Use(DbContextOptionsBuilder options) => UseProvider(AllowManyKinds(options));

    protected abstract void UseProvider(DbContextOptionsBuilder options);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A SQLite database in memory that many connections share; it lives as long as the first of them.</summary>
public sealed class SqliteDatabase : TestDatabase
{
    private readonly SqliteConnection _keepAlive;

    private SqliteDatabase()
    {
        ConnectionString = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Foreign Keys=True";
        _keepAlive = new SqliteConnection(ConnectionString);
        _keepAlive.Open();
    }

    public string ConnectionString { get; }

    public static Task<TestDatabase> NewAsync() => Task.FromResult<TestDatabase>(new SqliteDatabase());

    protected override void UseProvider(DbContextOptionsBuilder options) => options.UseSqlite(ConnectionString);

    public override ValueTask DisposeAsync() => _keepAlive.DisposeAsync();
}

/// <summary>A SQLite database in a file, which locks other than one in memory. A command that finds it busy gives up after a second.</summary>
public sealed class SqliteFile : TestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sqlite-");

    public string ConnectionString => $"Data Source={Path.Combine(_folder.FullName, "shop.db")};Pooling=False;Default Timeout=1";

    protected override void UseProvider(DbContextOptionsBuilder options) => options.UseSqlite(ConnectionString);

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }
}

/// <summary>A database on the server that the test run shares. Without a server the test is skipped, or fails where one is required.</summary>
public sealed class PostgresDatabase : TestDatabase
{
    private PostgresDatabase(string connectionString) => ConnectionString = connectionString;

    public string ConnectionString { get; }

    public override bool IsPostgres => true;

    public static async Task<TestDatabase> NewAsync()
    {
        var server = await PostgresServer.GetAsync();
        if (server.Missing is not null)
        {
            Assert.That(PostgresServer.IsRequired, Is.False, server.Missing);
            Assert.Ignore(server.Missing);
        }

        return new PostgresDatabase(await server.NewDatabaseAsync());
    }

    /// <summary>The same database by connections that take no part in a TransactionScope.</summary>
    public PostgresDatabase WithoutEnlisting() => new(new NpgsqlConnectionStringBuilder(ConnectionString) { Enlist = false }.ConnectionString);

    /// <summary>The same database with a pool of one connection, which nobody waits for longer than a second.</summary>
    public PostgresDatabase WithOneConnection() => new(new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 1, Timeout = 1 }.ConnectionString);

    protected override void UseProvider(DbContextOptionsBuilder options) => options.UseNpgsql(ConnectionString);

    public override async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection); // a server has only so many connections
    }
}

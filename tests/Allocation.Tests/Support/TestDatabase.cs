using System.Data.Common;
using Anywise.TestServers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Allocation.Tests.Support;

/// <summary>An empty database for one test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo? _folder;

    private TestDatabase(string connectionString, DirectoryInfo? folder) => (ConnectionString, _folder) = (connectionString, folder);

    public string ConnectionString { get; }

    /// <summary>A fresh file.</summary>
    public static Task<TestDatabase> OnSqliteAsync()
    {
        var folder = Directory.CreateTempSubdirectory("allocation-test-");
        return Task.FromResult(new TestDatabase($"Data Source={Path.Combine(folder.FullName, "allocation.db")}", folder));
    }

    /// <summary>On the server that the test run shares. Without a server the test is skipped, or fails where one is required.</summary>
    public static async Task<TestDatabase> OnPostgresAsync()
    {
        var server = await PostgresServer.GetAsync();
        if (server.Missing is not null)
        {
            Assert.That(PostgresServer.IsRequired, Is.False, server.Missing);
            Assert.Ignore(server.Missing);
        }

        return new TestDatabase(await server.NewDatabaseAsync(), folder: null);
    }

    /// <summary>A connection past the application.</summary>
    public DbConnection Connect() => _folder is null ? new NpgsqlConnection(ConnectionString) : new SqliteConnection(ConnectionString);

    /// <summary>Pools hold connections of a server, and keep a file open.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = Connect();
        if (connection is SqliteConnection sqlite)
        {
            SqliteConnection.ClearPool(sqlite);
            if (Directory.Exists(_folder!.FullName))
            {
                _folder.Delete(recursive: true);
            }
        }
        else
        {
            NpgsqlConnection.ClearPool((NpgsqlConnection)connection);
        }
    }
}

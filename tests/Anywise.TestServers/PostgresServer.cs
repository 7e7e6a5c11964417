using DotNet.Testcontainers.Builders;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Anywise.TestServers;

/// <summary>
/// The one PostgreSQL server of a test run: a container where a Docker engine answers, else a server from local binaries. Where there
/// is neither, <see cref="Missing"/> says so. ANYWISE_POSTGRES=container or =local allows only the one or the other.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);
    private readonly IAsyncDisposable? _server;
    private int _databases;

    private PostgresServer(IAsyncDisposable? server, string connectionString, string kind, string? missing)
    {
        (_server, ConnectionString, Kind, Missing) = (server, connectionString, kind, missing);
    }

    public string ConnectionString { get; }

    /// <summary>What kind of server it is, for the log of the test run.</summary>
    public string Kind { get; }

    /// <summary>Why there is no server, or null if there is one.</summary>
    public string? Missing { get; }

    /// <summary>With ANYWISE_REQUIRE_POSTGRES=1 a missing server is a failure, else a reason to skip.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("ANYWISE_REQUIRE_POSTGRES") == "1";

    public static Task<PostgresServer> GetAsync() => Shared.Value;

    /// <summary>Ends the server if one was started.</summary>
    public static async Task StopAsync()
    {
        if (Shared.IsValueCreated)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    /// <summary>Makes an empty database and returns how to connect to it.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name, MaxPoolSize = 10 }.ConnectionString;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    private static async Task<PostgresServer> StartAsync()
    {
        var allowed = Environment.GetEnvironmentVariable("ANYWISE_POSTGRES");
        if (allowed is not "local" && await StartContainerAsync() is { } container)
        {
            return container;
        }

        if (allowed is not "container" && LocalPostgres.FindBinaries() is { } binaries)
        {
            var local = await LocalPostgres.StartAsync(binaries);
            return new PostgresServer(local, local.ConnectionString, $"local binaries in {binaries}", missing: null);
        }

        return new PostgresServer(null, "", "none", "No Docker engine answers, or no PostgreSQL binaries are installed. Start Docker, or install the package 'postgresql'.");
    }

    private static async Task<PostgresServer?> StartContainerAsync()
    {
        try
        {
            var container = new PostgreSqlBuilder("postgres:17-alpine").WithCommand("-c", "fsync=off", "-c", "max_connections=200", "-c", "max_prepared_transactions=20").Build();
            await container.StartAsync();
            return new PostgresServer(container, container.GetConnectionString() + ";Include Error Detail=true", "a container", missing: null);
        }
        catch (DockerUnavailableException)
        {
            return null;
        }
    }
}

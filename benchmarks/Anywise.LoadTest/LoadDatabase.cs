using System.Data;
using System.Data.Common;
using Anywise.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anywise.LoadTest;

/// <summary>A database of one run.</summary>
internal abstract class LoadDatabase : IAsyncDisposable
{
    public abstract string Name { get; }

    public Measurement Measurement { get; } = new();

    /// <summary>By the provider's own defaults, in every variant.</summary>
    public abstract DbConnection Connect();

    public abstract void Use(DbContextOptionsBuilder options);

    /// <summary>Compares an id with those in the parameter <c>@ids</c>.</summary>
    public abstract string AnyOfIds { get; }

    /// <summary>The value of <c>@ids</c>.</summary>
    public abstract object Ids(IReadOnlyList<Guid> ids);

    /// <summary>Compares an id with those that a query finds, and that no other process is to get at the same time.</summary>
    public abstract string In(string query);

    /// <summary>Statements that are sent together and commit together.</summary>
    public abstract string Together(string statements);

    /// <summary>What a server of its own has used of the processor so far.</summary>
    public virtual TimeSpan ServerTime => TimeSpan.Zero;

    public abstract ValueTask DisposeAsync();

    public async Task<int> ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var connection = Connect();
        await connection.OpenAsync();
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<long> CountAsync(string table)
    {
        await using var connection = Connect();
        await connection.OpenAsync();
        await using var command = Command(connection, $"SELECT COUNT(*) FROM \"{table}\"");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public static DbCommand Command(DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}

/// <summary>A server of its own on this machine that writes to the disk as in production: <c>fsync</c> and <c>synchronous_commit</c> are on.</summary>
internal sealed class PostgresDatabase(LocalPostgres server) : LoadDatabase
{
    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "load", MaxPoolSize = 90 }.ConnectionString;

    public override string Name => "PostgreSQL";

    public override string AnyOfIds => "= ANY(@ids)";

    /// <exception cref="InvalidOperationException">There is no PostgreSQL on this machine.</exception>
    public static async Task<PostgresDatabase> StartAsync()
    {
        var binaries = LocalPostgres.FindBinaries() ?? throw new InvalidOperationException("No PostgreSQL binaries are installed. Install the package 'postgresql'.");
        var server = await LocalPostgres.StartAsync(
            binaries, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_preload_libraries=pg_stat_statements", "max_wal_size=4GB");
        var database = new PostgresDatabase(server);
        await database.AdministerAsync("CREATE DATABASE load");
        await database.AdministerAsync("CREATE EXTENSION pg_stat_statements");
        return database;
    }

    public override DbConnection Connect() => new NpgsqlConnection(_connectionString);

    public override void Use(DbContextOptionsBuilder options) => options.UseNpgsql(_connectionString);

    public override object Ids(IReadOnlyList<Guid> ids) => ids.ToArray();

    public override string In(string query) => $"= ANY(ARRAY({query} FOR UPDATE SKIP LOCKED))";

    public override string Together(string statements) => statements; // the driver sends them as one batch, which is one transaction

    public override TimeSpan ServerTime => ProcessorTime.OfFamily(server.ProcessId);

    public override ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>A transaction that reads for as long as it is not disposed of, as reports and backups do: until then the database keeps what others delete.</summary>
    public async Task<IAsyncDisposable> ReportAsync()
    {
        var connection = Connect();
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var command = Command(connection, "SELECT COUNT(*) FROM \"AnywiseOutbox\"");
        command.Transaction = transaction;
        await command.ExecuteScalarAsync();
        return connection;
    }

    /// <summary>What the server did in the database so far, but for what the driver does to clean connections. Every other connection has ended, since a session tells its counts when it ends.</summary>
    public async Task<(long Statements, long Transactions)> CountWorkAsync()
    {
        NpgsqlConnection.ClearAllPools();
        while (await AdministerAsync("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'load'") > 0)
        {
            await Task.Delay(10);
        }

        var cleaned = await CallsAsync("= 'DISCARD ALL'"); // which the driver sends before a pooled connection is used again, as a transaction of its own
        return (await CallsAsync("<> 'DISCARD ALL'"), await AdministerAsync("SELECT xact_commit FROM pg_stat_database WHERE datname = 'load'") - cleaned);
    }

    private Task<long> CallsAsync(string query) => AdministerAsync($"""
        SELECT COALESCE(SUM(calls), 0)::bigint FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = 'load') AND query {query}
        """);

    private async Task<long> AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = Command(connection, sql);
        return await command.ExecuteScalarAsync() is long answer ? answer : 0;
    }
}

/// <summary>A file with a write-ahead log.</summary>
internal sealed class SqliteDatabase : LoadDatabase
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"load-{Guid.NewGuid():N}.db");

    public override string Name => "SQLite";

    public override string AnyOfIds => "IN (SELECT value FROM json_each(@ids))";

    public override DbConnection Connect() => new SqliteConnection($"Data Source={_file}");

    public override void Use(DbContextOptionsBuilder options) => options.UseSqlite($"Data Source={_file}");

    public override object Ids(IReadOnlyList<Guid> ids) => "[" + string.Join(',', ids.Select(id => $"\"{id.ToString().ToUpperInvariant()}\"")) + "]";

    public override string In(string query) => $"IN ({query})";

    public override string Together(string statements) => $"BEGIN IMMEDIATE; {statements}; COMMIT";

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
        {
            File.Delete(file);
        }

        return default;
    }
}

using System.Data.Common;
using Allocation.Data.Migrations.Postgres;
using Allocation.Data.Migrations.Sqlite;
using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Allocation.Data;

/// <summary>SQLite in a file, without any set-up; PostgreSQL where a connection string or the book's variable <c>DB_HOST</c> names a server.</summary>
internal static class AllocationDatabase
{
    public static void AddAllocationDatabase(this IServiceCollection services) =>
        services.AddDbContext<AllocationDbContext>((provider, options) => options.Use(ConnectionString(provider.GetRequiredService<IConfiguration>())));

    /// <summary>Brings the schema up to date.</summary>
    public static async Task MigrateAllocationDatabaseAsync(this IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var options = scope.ServiceProvider.GetRequiredService<DbContextOptions<AllocationDbContext>>();
        await using var context = scope.ServiceProvider.GetRequiredService<AllocationDbContext>();
        await using AllocationDbContext schema = context.Database.IsNpgsql() ? new PostgresSchema(options) : new SqliteSchema(options);
        await schema.Database.MigrateAsync();
    }

    internal static string ConnectionString(IConfiguration configuration)
    {
        if (configuration.GetConnectionString("Allocation") is { Length: > 0 } configured)
        {
            return configured;
        }

        return configuration["DB_HOST"] is { Length: > 0 } host ? ConnectionStringOfBook(host, configuration["DB_PASSWORD"]) : "Data Source=allocation.db";
    }

    private static string ConnectionStringOfBook(string host, string? password) => new NpgsqlConnectionStringBuilder
    {
        Host = host,
        Port = host == "localhost" ? 54321 : 5432,
        Username = "allocation",
        Password = password ?? "abc123",
        Database = "allocation",
    }.ConnectionString;

    private static void Use(this DbContextOptionsBuilder options, string connectionString)
    {
        if (NamesServer(connectionString))
        {
            options.UseNpgsql(connectionString).AddAnywiseEvents(events => events.UseOutbox(outbox => KeepTrying(outbox).UseNotify()));
        }
        else
        {
            options.UseSqlite(connectionString).AddAnywiseEvents(events => events.UseOutbox(outbox => KeepTrying(outbox)));
        }
    }

    /// <summary>As opposed to the 'Data Source' of SQLite.</summary>
    private static bool NamesServer(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.ContainsKey("Host") || parts.ContainsKey("Server");
    }

    /// <summary>For most of a day, should Redis or the mail server be away for so long.</summary>
    private static OutboxOptions KeepTrying(OutboxOptions outbox)
    {
        (outbox.MaxAttempts, outbox.MaxRetryDelay) = (100, TimeSpan.FromMinutes(10));
        return outbox;
    }
}

using System.Data.Common;
using System.Text.Json;
using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox.Schedules;

/// <summary>A SQLite database in memory with at most one row in its outbox, whose clock goes on when it is told to.</summary>
internal sealed class OneRow : DbConnectionInterceptor, IAsyncDisposable
{
    private static readonly Guid Id = Guid.CreateVersion7();
    private readonly SqliteConnection _connection = new($"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared");

    public OneRow()
    {
        _connection.Open();
        Use(_connection);
    }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UnixEpoch);

    /// <summary>How often the handler was called that leaves no trace in the database.</summary>
    public int Mailed { get; set; }

    public void Configure(DbContextOptionsBuilder options) =>
        TestDatabase.AllowManyKinds(options).UseSqlite(_connection.ConnectionString).AddInterceptors(this);

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Use((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Use((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    /// <summary>A process has just saved one event; nobody has handled it.</summary>
    public async Task<OutboxRow> SaveAnewAsync()
    {
        using var payload = new OutboxPayloadWriter();
        payload.Add(new RaisedEvent(new OrderPlaced("first"), Id, DateTimeOffset.UnixEpoch), typeof(OrderPlaced).FullName!, aggregate: null, JsonSerializerOptions.Default);
        var row = new OutboxRow { Id = Id, Attempt = 0, Payload = payload.Finish(null, null, null) };
        await using var insert = _connection.CreateCommand();
        insert.CommandText = """
            DELETE FROM "AnywiseOutbox";
            DELETE FROM "Notes";
            INSERT INTO "AnywiseOutbox" ("Id", "DueAt", "Attempt", "Payload", "Dead") VALUES ($id, CAST(unixepoch('subsec') * 1000 AS INTEGER), 0, $payload, 0);
            """;
        insert.Parameters.AddWithValue("$id", Id.ToString().ToUpperInvariant());
        insert.Parameters.AddWithValue("$payload", row.Payload);
        await insert.ExecuteNonQueryAsync();
        Mailed = 0;
        return row;
    }

    public async Task<Content> ReadAsync()
    {
        await using var read = _connection.CreateCommand();
        read.CommandText = """
            SELECT (SELECT "Attempt" || ' until ' || "DueAt" || ' with ' || coalesce("Progress", 'all') FROM "AnywiseOutbox"), (SELECT count(*) FROM "Notes")
            """;
        await using var reader = await read.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new Content(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt32(1));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Use(SqliteConnection connection) =>
        connection.CreateFunction<string, double>("unixepoch", _ => Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);

    /// <param name="Row">The row as text; null if there is none.</param>
    /// <param name="Saved">How often the handler that saves has committed.</param>
    internal sealed record Content(string? Row, int Saved);
}

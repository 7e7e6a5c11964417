using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A fresh database for one test, on one provider.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    public abstract void Use(DbContextOptionsBuilder options);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A SQLite database in memory that many connections share; it lives as long as the first of them.</summary>
public sealed class SqliteDatabase : TestDatabase
{
    private readonly SqliteConnection _keepAlive;

    public SqliteDatabase()
    {
        ConnectionString = $"Data Source=file:{Guid.NewGuid():N}?mode=memory&cache=shared;Foreign Keys=True";
        _keepAlive = new SqliteConnection(ConnectionString);
        _keepAlive.Open();
    }

    public string ConnectionString { get; }

    public override void Use(DbContextOptionsBuilder options) => options.UseSqlite(ConnectionString);

    public override ValueTask DisposeAsync() => _keepAlive.DisposeAsync();
}

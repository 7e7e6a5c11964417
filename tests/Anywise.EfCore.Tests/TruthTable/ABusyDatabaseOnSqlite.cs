using Anywise.EfCore.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>SQLite cannot commit while somebody reads, and says so; the transaction stays open.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class ABusyDatabaseOnSqlite(Calls calls) : RowTest(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());

    [Test]
    [Row("m1s", "the database is busy at the `Commit`, which is then repeated", EfCore = "Tx+ SaS sp+ cmd sp- SaD Cing TF(Commit) C H", Stored = "1")]
    public async Task Delivers_when_the_commit_succeeds_in_the_end()
    {
        await UseRollbackJournalAsync(); // in a write-ahead log, as EF Core creates it, readers do not disturb
        var context = NewContext();
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");
        await using (await ReaderAsync("""BEGIN; SELECT count(*) FROM "Orders";"""))
        {
            Assert.That(() => Calls.CommitAsync(transaction), Throws.InstanceOf<SqliteException>().With.Property(nameof(SqliteException.SqliteErrorCode)).EqualTo(5));
            Assert.That(Seen.Events, Is.Empty);
        }

        await Calls.CommitAsync(transaction);

        await AssertRowAsync();
    }

    private async Task UseRollbackJournalAsync()
    {
        await using var connection = await ReaderAsync("PRAGMA journal_mode = DELETE");
    }

    private async Task<SqliteConnection> ReaderAsync(string sql)
    {
        var connection = new SqliteConnection(((SqliteFile)Database).ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteScalarAsync();
        return connection;
    }
}

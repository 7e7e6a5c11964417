using Allocation.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Allocation.Tests.Data;

/// <summary>Said by a database, in its own words.</summary>
public sealed class AConflict
{
    [TestCase(PostgresErrorCodes.UniqueViolation)]
    [TestCase(PostgresErrorCodes.SerializationFailure)]
    [TestCase(PostgresErrorCodes.DeadlockDetected)]
    public void Is_what_PostgreSQL_calls_so(string sqlState) =>
        Assert.That(Conflicts.IsConflict(new DbUpdateException("not saved", Postgres(sqlState))), Is.True);

    [TestCase(1555)]
    [TestCase(2067)]
    public void Is_what_SQLite_calls_so(int extendedErrorCode) =>
        Assert.That(Conflicts.IsConflict(new DbUpdateException("not saved", Sqlite(extendedErrorCode))), Is.True);

    [Test]
    public void Is_a_version_that_somebody_else_has_raised() => Assert.That(Conflicts.IsConflict(new DbUpdateConcurrencyException()), Is.True);

    [Test]
    public void Is_no_other_refusal_of_a_database()
    {
        Assert.That(Conflicts.IsConflict(new DbUpdateException("not saved", Postgres(PostgresErrorCodes.ForeignKeyViolation))), Is.False);
        Assert.That(Conflicts.IsConflict(new DbUpdateException("not saved", Postgres(PostgresErrorCodes.StringDataRightTruncation))), Is.False);
        Assert.That(Conflicts.IsConflict(new DbUpdateException("not saved", Sqlite(extendedErrorCode: 787))), Is.False, "a foreign key");
        Assert.That(Conflicts.IsConflict(new InvalidOperationException()), Is.False);
    }

    private static PostgresException Postgres(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);

    private static SqliteException Sqlite(int extendedErrorCode) => new("refused", errorCode: 19, extendedErrorCode);
}

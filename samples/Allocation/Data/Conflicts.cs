using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Allocation.Data;

/// <summary>Two units of work met.</summary>
internal static class Conflicts
{
    private const int PrimaryKeyTaken = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY
    private const int UniqueKeyTaken = 2067; // SQLITE_CONSTRAINT_UNIQUE

    /// <summary>Whether somebody else changed the same product, or created the same product or batch, at the same time.</summary>
    public static bool IsConflict(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException => true,
        SqliteException { SqliteExtendedErrorCode: PrimaryKeyTaken or UniqueKeyTaken } => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,
        { InnerException: { } inner } => IsConflict(inner),
        _ => false,
    };
}

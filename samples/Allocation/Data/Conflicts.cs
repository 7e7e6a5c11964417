using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Data;

/// <summary>Two units of work met.</summary>
internal static class Conflicts
{
    private const int PrimaryKeyTaken = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY
    private const int UniqueKeyTaken = 2067; // SQLITE_CONSTRAINT_UNIQUE

    /// <summary>Whether somebody else changed the same product, or created the same product or batch, at the same time.</summary>
    public static bool IsConflict(Exception exception) => exception is DbUpdateConcurrencyException
        or DbUpdateException { InnerException: SqliteException { SqliteExtendedErrorCode: PrimaryKeyTaken or UniqueKeyTaken } };
}

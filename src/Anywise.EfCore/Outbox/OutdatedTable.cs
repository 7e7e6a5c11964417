using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Outbox;

/// <summary>Finds out that a row could not be written because the database has not seen the latest migration.</summary>
internal static class OutdatedTable
{
    private const string NoTable = "42P01";
    private const string NoColumn = "42703";

    /// <summary>Null if the save has failed for another reason.</summary>
    public static InvalidOperationException? ErrorOf(Exception failure, DbContext context)
    {
        if ((failure as DbException ?? failure.InnerException as DbException) is not { } database || !database.Message.Contains(TableOf(context), StringComparison.Ordinal))
        {
            return null;
        }

        return Is(database, NoTable, "no such table") ? Errors.OutboxTableIsMissing(context.GetType(), failure)
            : Is(database, NoColumn, "has no column named") ? Errors.OutboxColumnIsMissing(context.GetType(), failure)
            : null;
    }

    private static string TableOf(DbContext context) => context.Model.FindEntityType(OutboxTable.Entity)?.GetTableName() ?? OutboxTable.Entity;

    /// <summary>SQLite has one code for all that is wrong with a statement.</summary>
    private static bool Is(DbException failure, string state, string saidBySqlite) =>
        failure.SqlState == state || (failure.SqlState is null && failure.Message.Contains(saidBySqlite, StringComparison.Ordinal));
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Outbox;

/// <summary>Finds out that a statement has failed because the database has not seen the latest migration.</summary>
internal static class OutdatedTable
{
    private const string NoTable = "42P01";
    private const string NoColumn = "42703";

    /// <summary>Null if a save has failed for another reason.</summary>
    public static InvalidOperationException? ErrorOfSave(Exception failure, DbContext context) =>
        DatabaseErrorOf(failure)?.Message.Contains(TableOf(context), StringComparison.Ordinal) == true ? ErrorOf(failure, context.GetType()) : null;

    /// <summary>Null if a statement on the table alone has failed for another reason.</summary>
    public static InvalidOperationException? ErrorOf(Exception failure, Type context) => DatabaseErrorOf(failure) switch
    {
        { } error when Is(error, NoTable, "no such table") => Errors.OutboxTableIsMissing(context, failure),
        { } error when Is(error, NoColumn, "no such column") || Is(error, NoColumn, "has no column named") => Errors.OutboxColumnIsMissing(context, failure),
        _ => null,
    };

    private static DbException? DatabaseErrorOf(Exception failure) => failure as DbException ?? failure.InnerException as DbException;

    private static string TableOf(DbContext context) => context.Model.FindEntityType(OutboxTable.Entity)?.GetTableName() ?? OutboxTable.Entity;

    /// <summary>SQLite has one code for all that is wrong with a statement.</summary>
    private static bool Is(DbException failure, string state, string saidBySqlite) =>
        failure.SqlState == state || (failure.SqlState is null && failure.Message.Contains(saidBySqlite, StringComparison.Ordinal));
}

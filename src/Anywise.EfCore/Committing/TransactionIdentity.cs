using System.Data.Common;

namespace Anywise.EfCore.Committing;

/// <summary>
/// Tells apart the transactions that an application begins by ADO.NET. Npgsql uses its transaction objects again, so that one which was
/// ended looks open when the next begins on its connection; then only the server can tell.
/// </summary>
internal static class TransactionIdentity
{
    /// <remarks>On PostgreSQL a round trip, and a synchronous one, because EF Core has no asynchronous way of wrapping a transaction.</remarks>
    public static object Of(TransactionOrigin origin) => origin.IsOnPostgreSql ? BeginTime(origin.Transaction) : origin.Transaction;

    private static object BeginTime(DbTransaction transaction)
    {
        using var question = transaction.Connection!.CreateCommand();
        question.Transaction = transaction;
        question.CommandText = "SELECT transaction_timestamp()";
        try
        {
            return question.ExecuteScalar()!;
        }
        catch (DbException)
        {
            return new object(); // a statement failed in it: nothing can be saved any more
        }
    }
}

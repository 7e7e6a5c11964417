using System.Data.Common;

namespace Anywise.EfCore.Committing;

/// <summary>
/// PostgreSQL answers the commit of a transaction in which a statement failed with a rollback, and Npgsql does not say so: without
/// a look beforehand, events of rows that were never stored would be delivered.
/// </summary>
internal static class AbortedTransaction
{
    private const string InFailedTransaction = "25P02";

    /// <summary>Asking costs a round trip.</summary>
    public static bool IsPossible(TransactionOrigin origin) => origin is { IsOpen: true, IsOnPostgreSql: true };

    /// <exception cref="InvalidOperationException">A commit would roll back.</exception>
    public static void Refuse(DbTransaction transaction)
    {
        using var question = Question(transaction);
        try
        {
            question.ExecuteNonQuery();
        }
        catch (DbException failure)
        {
            Judge(failure);
        }
    }

    /// <exception cref="InvalidOperationException">A commit would roll back.</exception>
    public static async ValueTask RefuseAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        var question = Question(transaction);
        await using (question.ConfigureAwait(false))
        {
            try
            {
                await question.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DbException failure)
            {
                Judge(failure);
            }
        }
    }

    /// <summary>Any statement will do.</summary>
    private static DbCommand Question(DbTransaction transaction)
    {
        var question = transaction.Connection!.CreateCommand();
        question.CommandText = "SELECT 1";
        question.Transaction = transaction;
        return question;
    }

    /// <summary>Whatever else is wrong, the commit itself will report.</summary>
    private static void Judge(DbException failure)
    {
        if (failure.SqlState == InFailedTransaction)
        {
            throw Errors.TransactionIsAborted(failure);
        }
    }
}

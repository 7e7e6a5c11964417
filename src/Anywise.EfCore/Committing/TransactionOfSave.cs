using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>Answers whether a successful save is committed yet.</summary>
internal static class TransactionOfSave
{
    /// <summary>The log of the open transaction that a save is part of, or null: then it is committed.</summary>
    /// <exception cref="InvalidOperationException">The outcome of the transaction cannot be known.</exception>
    public static CommitLog? LogOf(IDbContextTransactionManager transactions, DbContext context)
    {
        if (transactions is not IRelationalConnection connection)
        {
            return null; // not a relational database: a save is all there is
        }

        // Also finds a transaction that another context began on this connection without this one being told.
        var log = CommitLogs.OpenOn(connection.DbConnection);
        if (log is null && connection.CurrentTransaction is not null and not CommitAwareTransaction)
        {
            throw Errors.ForeignTransaction(context.GetType());
        }

        return log ?? (AmbientOf(transactions) is { } ambient ? CommitLogs.Of(ambient, Follow) : null);
    }

    /// <summary>The transaction of <c>System.Transactions</c> that a save is part of, if there is one.</summary>
    public static Transaction? AmbientOf(DbContext context) => AmbientOf(context.GetService<IDbContextTransactionManager>()); // the facade would make much more

    private static Transaction? AmbientOf(IDbContextTransactionManager transactions) =>
        (transactions as ITransactionEnlistmentManager)?.EnlistedTransaction ?? Transaction.Current;

    private static void Follow(Transaction transaction, CommitLog log)
    {
        log.Joined(new AmbientTransaction());
        transaction.TransactionCompleted += (_, completed) => Completed(completed.Transaction, log);
    }

    private static void Completed(Transaction? transaction, CommitLog log)
    {
        if (transaction?.TransactionInformation.Status == TransactionStatus.Committed)
        {
            TransactionOutcome.Committed(log);
        }
        else
        {
            TransactionOutcome.RolledBack(log);
        }
    }

    /// <summary>It tells how it ends, even when all contexts are gone.</summary>
    private sealed class AmbientTransaction : ITransactionParticipant
    {
        public bool TakesPart => true;
    }
}

using System.Transactions;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Delivering;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>Answers whether a successful save is committed yet.</summary>
internal static class TransactionOfSave
{
    /// <summary>True if the save is part of a transaction that is still open; the events then wait for its outcome.</summary>
    /// <exception cref="InvalidOperationException">The outcome of the transaction cannot be known.</exception>
    public static bool Defers(SavedEvents saved, DbContext context)
    {
        if (context.Database.CurrentTransaction is { } transaction)
        {
            var log = CommitLogs.Find(transaction.GetDbTransaction()) ?? throw Errors.ForeignTransaction(context.GetType());
            log.Saved(saved);
            return true;
        }

        if (EnlistedTransaction(context) is { } enlisted)
        {
            enlisted.TransactionCompleted += (_, completed) => DeliverIfCommitted(saved, completed.Transaction);
            return true;
        }

        return false;
    }

    private static Transaction? EnlistedTransaction(DbContext context) =>
        ((IDatabaseFacadeDependenciesAccessor)context.Database).Dependencies.TransactionManager is ITransactionEnlistmentManager manager
            ? manager.EnlistedTransaction ?? Transaction.Current
            : null;

    private static void DeliverIfCommitted(SavedEvents saved, Transaction? transaction)
    {
        if (transaction?.TransactionInformation.Status == TransactionStatus.Committed)
        {
            BlockingDelivery.Run([saved]);
        }
    }
}

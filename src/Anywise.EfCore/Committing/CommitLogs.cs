using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Transactions;

namespace Anywise.EfCore.Committing;

/// <summary>Finds the log of a transaction for all the contexts that take part in it. Thread-safe.</summary>
internal static class CommitLogs
{
    /// <summary>By connection, which has one transaction at a time: Npgsql uses its transaction objects again.</summary>
    private static readonly ConditionalWeakTable<DbConnection, CommitLog> OfConnections = [];

    private static readonly ConditionalWeakTable<Transaction, CommitLog> OfAmbientTransactions = [];

    /// <summary>The log of the transaction that is open on a connection, as far as a context with Anywise has a part in it.</summary>
    public static CommitLog? OpenOn(DbConnection connection)
    {
        if (!OfConnections.TryGetValue(connection, out var log))
        {
            return null;
        }

        TransactionOutcome.Left(log);
        return log.IsOver ? null : log;
    }

    /// <summary>A context begins a transaction, or is told to use one.</summary>
    public static CommitLog Open(TransactionOrigin origin)
    {
        var connection = origin.Connection.DbConnection;
        var earlier = OpenOn(connection);
        if (earlier is { HasOwner: true } && !origin.IsOwned)
        {
            return earlier;
        }

        var log = new CommitLog(origin.IsOwned ? null : TransactionIdentity.Of(origin));
        if (earlier is not null)
        {
            if (log.IsOfSameTransactionAs(earlier))
            {
                return earlier;
            }

            TransactionOutcome.Unknown(earlier);
        }

        OfConnections.AddOrUpdate(connection, log);
        return log;
    }

    /// <summary>The log of a <see cref="Transaction"/>; a new one is handed to <paramref name="begin"/> first.</summary>
    public static CommitLog Of(Transaction transaction, Action<Transaction, CommitLog> begin) =>
        OfAmbientTransactions.GetValue(transaction, key =>
        {
            var log = new CommitLog(begunElsewhere: key);
            begin(key, log);
            return log;
        });
}

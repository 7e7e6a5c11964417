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
        if (!OfConnections.TryGetValue(connection, out var log) || log.IsOver)
        {
            return null;
        }

        if (log.HasParticipants)
        {
            return log;
        }

        TransactionOutcome.Unknown(log);
        return null;
    }

    /// <summary>A context begins a transaction, or is told to use one.</summary>
    public static CommitLog Open(DbConnection connection, bool begins)
    {
        if (!begins && OpenOn(connection) is { } shared)
        {
            return shared;
        }

        var log = new CommitLog();
        OfConnections.AddOrUpdate(connection, log);
        return log;
    }

    /// <summary>The log of a <see cref="Transaction"/>; a new one is handed to <paramref name="begin"/> first.</summary>
    public static CommitLog Of(Transaction transaction, Action<Transaction, CommitLog> begin) =>
        OfAmbientTransactions.GetValue(transaction, key =>
        {
            var log = new CommitLog();
            begin(key, log);
            return log;
        });
}

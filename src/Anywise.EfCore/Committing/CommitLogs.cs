using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Anywise.EfCore.Committing;

/// <summary>Finds the log of a database transaction, for all the contexts that take part in it. Thread-safe.</summary>
internal static class CommitLogs
{
    private static readonly ConditionalWeakTable<DbTransaction, CommitLog> Logs = [];

    public static CommitLog? Find(DbTransaction transaction) => Logs.TryGetValue(transaction, out var log) ? log : null;

    /// <summary>A transaction that a context begins gets a new log: Npgsql uses its transaction objects again.</summary>
    public static CommitLog ForContext(DbTransaction transaction, bool begunByContext)
    {
        if (!begunByContext && Find(transaction) is { IsOver: false } shared)
        {
            return shared;
        }

        var log = new CommitLog();
        Logs.AddOrUpdate(transaction, log);
        return log;
    }
}

using Anywise.EfCore.Collecting;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Committing;

/// <summary>Does what a log answers: delivers what is committed, undoes what is not.</summary>
internal static class TransactionOutcome
{
    public static void Committed(CommitLog log) => Blocking.Run(log.Committed(), Cascade.DeliverAsync);

    public static ValueTask CommittedAsync(CommitLog log) => Cascade.DeliverAsync(log.Committed());

    public static void RolledBack(CommitLog log) => Undo(log.RolledBack());

    public static void RolledBackTo(CommitLog log, string savepoint) => Undo(log.RolledBackTo(savepoint));

    /// <summary>The transaction goes on, or has gone, without any context that could tell how it ends.</summary>
    public static void Unknown(CommitLog log)
    {
        foreach (var saved in log.RolledBack())
        {
            saved.Reports.OutcomeIsUnknown(saved);
        }
    }

    private static void Undo(IReadOnlyList<SavedEvents> undone)
    {
        for (var last = undone.Count - 1; last >= 0; last--)
        {
            undone[last].Undo();
        }
    }
}

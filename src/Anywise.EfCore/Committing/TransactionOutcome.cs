using Anywise.EfCore.Collecting;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Committing;

/// <summary>Does what a log answers: delivers what is committed, undoes what is not.</summary>
internal static class TransactionOutcome
{
    public static void Committed(CommitLog log) => Blocking.Run(log.Ended(), Cascade.DeliverAsync);

    public static ValueTask CommittedAsync(CommitLog log) => Cascade.DeliverAsync(log.Ended());

    public static void RolledBack(CommitLog log) => Undo(log.Ended(), saverKnows: true);

    public static void RolledBackTo(CommitLog log, string savepoint) => Undo(log.RolledBackTo(savepoint), saverKnows: true);

    /// <summary>A context has left the transaction, perhaps the last one that could have told how it ends.</summary>
    public static void Left(CommitLog? log)
    {
        if (log is { IsOver: false, HasParticipants: false })
        {
            Unknown(log);
        }
    }

    /// <summary>The transaction was committed or rolled back, and nobody can say which.</summary>
    public static void Unknown(CommitLog log)
    {
        var saves = log.Ended();
        Undo(saves, saverKnows: false);
        foreach (var lost in saves.Where(saved => !saved.CanBeRepeated))
        {
            lost.Reports.OutcomeIsUnknown(lost);
        }
    }

    private static void Undo(SavedEvents[] undone, bool saverKnows)
    {
        for (var last = undone.Length - 1; last >= 0; last--)
        {
            undone[last].Undo(saverKnows);
        }
    }
}

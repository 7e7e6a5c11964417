using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>What an application can do with a context and its transaction.</summary>
public enum Move
{
    Save,
    SaveWhatIsHandledByASave,
    SaveInASharingContext,
    FailToSaveAndGiveUp,
    FailToSaveAndTryAgain,
    RepeatAfterARollback,
    Begin,
    CreateSavepoint,
    RollBackToSavepoint,
    ReleaseSavepoint,
    Commit,
    RollBack,
    DisposeTransaction,
    LeaseAnotherContext,
}

/// <summary>One step of a history; the savepoint has a meaning only for some moves.</summary>
public sealed record Step(Move Move, string Savepoint, Calls Calls)
{
    public override string ToString() => Move.ToString().Contains("Savepoint", StringComparison.Ordinal) ? $"{Move} {Savepoint} ({Calls})" : $"{Move} ({Calls})";
}

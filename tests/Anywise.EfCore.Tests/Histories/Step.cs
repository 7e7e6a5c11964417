using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>What an application can do with a context and its transaction.</summary>
public enum Move
{
    // in memory
    Place,
    PlaceANameAgain,
    Raise,
    AcceptChanges,
    GiveUpConflicts,
    Detach,
    ClearTracker,

    // in the database
    Load,
    Save,
    SaveKeepingChanges,

    // outside of a transaction
    Begin,
    BeginByAdoNet,
    JoinTheOther,

    // inside of one
    LeaveTheOther,
    CreateSavepoint,
    RollBackToSavepoint,
    ReleaseSavepoint,
    Commit,
    RollBack,
    DisposeTransaction,

    // anywhere
    LeaseAnotherContext,
}

/// <summary>One step of a history, made by one of two contexts. What a pick chooses depends on the move.</summary>
public sealed record Step(Move Move, bool IsOfOther, int Pick, Calls Calls)
{
    /// <summary>Two names that hide each other now and then.</summary>
    public string Savepoint => Pick % 2 == 0 ? "a" : "b";

    /// <summary>The last for a pick of zero; null where there is nothing.</summary>
    public T? PickFrom<T>(IReadOnlyList<T> choices) where T : class => choices.Count == 0 ? null : choices[^(1 + (Pick % choices.Count))];

    public override string ToString() => $"{(IsOfOther ? "other" : "one")}: {Move} {Pick} ({Calls})";
}

/// <summary>A whole case: it begins with an empty database and an empty pool of contexts, and nothing else has a part in it.</summary>
public sealed record Script(bool SharesConnection, Step[] Steps)
{
    public override string ToString() => string.Join("\n", Steps.Select(step => $"{step}").Prepend(SharesConnection ? "one connection" : "two connections"));
}

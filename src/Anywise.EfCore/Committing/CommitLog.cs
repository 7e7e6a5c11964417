using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Committing;

/// <summary>What was saved in one database transaction so far, and above which savepoint: it is told facts and answers what follows.</summary>
/// <param name="begunElsewhere">What tells the transaction from others, if no context began it.</param>
/// <remarks>Contexts that share the transaction share its log. As little thread-safe as the transaction.</remarks>
internal sealed class CommitLog(object? begunElsewhere = null)
{
    private readonly object? _identity = begunElsewhere;
    private readonly List<(string Name, int Mark)> _savepoints = [];
    private readonly List<ITransactionParticipant> _participants = [];
    private readonly List<SavedEvents> _saves = [];

    /// <summary>The transaction has committed or rolled back.</summary>
    public bool IsOver { get; private set; }

    public bool HasSaves => _saves.Count > 0;

    /// <summary>A context began the transaction.</summary>
    public bool HasOwner => _identity is null;

    /// <summary>A context takes part in the transaction.</summary>
    public void Joined(ITransactionParticipant participant) => _participants.Add(participant);

    /// <summary>Somebody is left who will tell how the transaction ends.</summary>
    public bool HasParticipants => _participants.Exists(participant => participant.TakesPart);

    public bool IsOfSameTransactionAs(CommitLog other) => _identity is not null && _identity.Equals(other._identity);

    public void Saved(SavedEvents saved) => _saves.Add(saved);

    public void SavepointCreated(string name) => _savepoints.Add((name, _saves.Count));

    /// <summary>Answers what was saved since, which is undone. The savepoint itself stays; later ones are gone.</summary>
    public SavedEvents[] RolledBackTo(string name)
    {
        if (LastSavepoint(name) is not (>= 0 and var index))
        {
            return [];
        }

        var mark = _savepoints[index].Mark;
        _savepoints.RemoveRange(index + 1, _savepoints.Count - index - 1);
        return TakeFrom(mark);
    }

    /// <summary>The savepoint and later ones are gone; what was saved since stays.</summary>
    public void Released(string name)
    {
        if (LastSavepoint(name) is >= 0 and var index)
        {
            _savepoints.RemoveRange(index, _savepoints.Count - index);
        }
    }

    /// <summary>The transaction has ended: answers what was saved in it, once.</summary>
    public SavedEvents[] Ended()
    {
        IsOver = true;
        return TakeFrom(0);
    }

    private SavedEvents[] TakeFrom(int mark)
    {
        SavedEvents[] taken = [.. _saves[mark..]];
        _saves.RemoveRange(mark, taken.Length);
        return taken;
    }

    private int LastSavepoint(string name) => _savepoints.FindLastIndex(savepoint => savepoint.Name == name) is >= 0 and var exact
        ? exact
        : _savepoints.FindLastIndex(savepoint => savepoint.Name.Equals(name, StringComparison.OrdinalIgnoreCase)); // as SQLite compares them
}

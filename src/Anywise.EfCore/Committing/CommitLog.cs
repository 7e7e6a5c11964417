using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Committing;

/// <summary>What was saved in one database transaction so far, and above which savepoint: it is told facts and answers what to deliver.</summary>
/// <remarks>Contexts that share the transaction share its log. As little thread-safe as the transaction.</remarks>
internal sealed class CommitLog
{
    private readonly List<(string Name, int Mark)> _savepoints = [];
    private List<SavedEvents> _saves = [];

    /// <summary>The transaction has committed or rolled back.</summary>
    public bool IsOver { get; private set; }

    public void Saved(SavedEvents saved) => _saves.Add(saved);

    public void SavepointCreated(string name) => _savepoints.Add((name, _saves.Count));

    /// <summary>What was saved since is undone. The savepoint itself stays; later ones are gone.</summary>
    public void RolledBackTo(string name)
    {
        if (LastSavepoint(name) is var index and >= 0)
        {
            var mark = _savepoints[index].Mark;
            _saves.RemoveRange(mark, _saves.Count - mark);
            _savepoints.RemoveRange(index + 1, _savepoints.Count - index - 1);
        }
    }

    /// <summary>The savepoint and later ones are gone; what was saved since stays.</summary>
    public void Released(string name)
    {
        if (LastSavepoint(name) is var index and >= 0)
        {
            _savepoints.RemoveRange(index, _savepoints.Count - index);
        }
    }

    /// <summary>The transaction committed: answers what is to be delivered, once.</summary>
    public IReadOnlyList<SavedEvents> Committed()
    {
        IsOver = true;
        var committed = _saves;
        _saves = [];
        return committed;
    }

    /// <summary>The transaction ended without a commit: nothing of it happened.</summary>
    public void RolledBack()
    {
        IsOver = true;
        _saves.Clear();
    }

    private int LastSavepoint(string name) => _savepoints.FindLastIndex(savepoint => savepoint.Name == name);
}

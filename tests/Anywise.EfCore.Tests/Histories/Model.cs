namespace Anywise.EfCore.Tests.Histories;

/// <summary>What should happen: a transaction is a copy of the world that a commit keeps and a rollback throws away.</summary>
public sealed class Model
{
    private readonly Stack<(string Name, List<string> World)> _savepoints = [];
    private List<string>? _transaction;

    /// <summary>The names of the orders whose events handlers see, in order.</summary>
    public List<string> Delivered { get; } = [];

    public bool InTransaction => _transaction is not null;

    public bool HasSavepoint(string name) => _savepoints.Any(savepoint => savepoint.Name == name);

    public void Save(string name)
    {
        if (_transaction is null)
        {
            Deliver([name]);
        }
        else
        {
            _transaction.Add(name);
        }
    }

    public void Begin() => _transaction = [];

    public void CreateSavepoint(string name) => _savepoints.Push((name, [.. _transaction!]));

    public void RollBackTo(string name)
    {
        while (_savepoints.Peek().Name != name)
        {
            _savepoints.Pop();
        }

        _transaction = [.. _savepoints.Peek().World];
    }

    public void Release(string name)
    {
        while (_savepoints.Pop().Name != name)
        {
        }
    }

    public void Commit()
    {
        var committed = _transaction!;
        Forget();
        Deliver(committed);
    }

    public void Forget()
    {
        _transaction = null;
        _savepoints.Clear();
    }

    /// <summary>First what was committed together, then what its handlers saved.</summary>
    private void Deliver(List<string> names)
    {
        Delivered.AddRange(names);
        Delivered.AddRange(names.Where(History.IsHandledByASave).Select(History.SavedByTheHandlerOf));
    }
}

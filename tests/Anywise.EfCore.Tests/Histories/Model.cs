namespace Anywise.EfCore.Tests.Histories;

/// <summary>
/// What should happen. A save takes the pending events of its context. A commit stores the rows of its saves and delivers their events; a
/// rollback forgets both, but returns the events of saves that kept their changes.
/// </summary>
public sealed class Model
{
    public const int MaxCascadeDepth = 3;
    private int _raised;

    public List<string> Stored { get; } = [];

    /// <summary>What handlers see, in order.</summary>
    public List<string> Delivered { get; } = [];

    public void Raise(ModelOrder order, string text) => order.Pending.Add((++_raised, text));

    /// <summary>The names that a context finds in the database.</summary>
    public IEnumerable<string> VisibleTo(ModelContext context) => Stored.Concat(context.Transaction?.Names ?? []);

    /// <summary>New orders whose name is taken: a save fails as long as there are any.</summary>
    public List<ModelOrder> ConflictsOf(ModelContext context)
    {
        var names = VisibleTo(context).ToHashSet();
        return context.Tracked.Where(order => order.IsNew && !names.Add(order.Name)).ToList();
    }

    /// <summary>PostgreSQL waits until it is clear whether the other transaction keeps a name.</summary>
    public static bool WouldWait(ModelContext context, ModelContext other) =>
        context.Transaction != other.Transaction && context.NewNames.Intersect(other.Transaction?.Names ?? []).Any();

    public void Save(ModelContext context, bool keepsChanges)
    {
        var save = new ModelSave([.. context.NewNames], [.. context.Tracked.Select(order => (order, order.TakePending()))], keepsChanges);
        if (!keepsChanges)
        {
            context.AcceptChanges();
        }

        if (context.Transaction is null)
        {
            Store([save]);
        }
        else
        {
            context.Transaction.Saves.Add(save);
        }
    }

    public void Commit(ModelTransaction transaction) => Store(transaction.TakeSaves());

    private void Store(List<ModelSave> saves)
    {
        Stored.AddRange(saves.SelectMany(save => save.Names));
        Deliver(saves.SelectMany(save => save.Events).ToList());
    }

    /// <summary>First what was committed together, then what the handlers of that saved, and so on.</summary>
    private void Deliver(List<string> events)
    {
        for (var depth = 0; depth < MaxCascadeDepth; depth++)
        {
            Delivered.AddRange(events);
            events = events.Select(Events.SavedByHandlerOf).OfType<string>().ToList();
            Stored.AddRange(events);
        }
    }
}

public sealed class ModelContext
{
    public List<ModelOrder> Tracked { get; } = [];

    public ModelTransaction? Transaction { get; set; }

    public IEnumerable<string> NewNames => Tracked.Where(order => order.IsNew).Select(order => order.Name);

    /// <summary>Each order tells of itself first; a save that kept its changes has taken that.</summary>
    public bool HasUnsavedOrders => Tracked.Any(order => order.IsNew && order.Pending.Any(raised => raised.Text == order.Name));

    public void AcceptChanges() => Tracked.ForEach(order => order.IsNew = false);
}

public sealed class ModelOrder(string name)
{
    public string Name { get; } = name;

    /// <summary>The next save inserts it.</summary>
    public bool IsNew { get; set; }

    public List<(int Place, string Text)> Pending { get; private set; } = [];

    public List<(int Place, string Text)> TakePending()
    {
        var taken = Pending;
        Pending = [];
        return taken;
    }
}

public sealed record ModelSave(List<string> Names, List<(ModelOrder Order, List<(int Place, string Text)> Raised)> Taken, bool KeepsChanges)
{
    /// <summary>In the order in which they were raised, on whichever aggregate.</summary>
    public IEnumerable<string> Events => Taken.SelectMany(taken => taken.Raised).OrderBy(raised => raised.Place).Select(raised => raised.Text);

    public void Undo()
    {
        if (KeepsChanges)
        {
            Taken.ForEach(taken => taken.Order.Pending.InsertRange(0, taken.Raised));
        }
    }
}

/// <summary>A savepoint is a copy of what was saved, to which a rollback returns.</summary>
public sealed class ModelTransaction
{
    private readonly Stack<(string Name, List<ModelSave> Saves)> _savepoints = [];

    public List<ModelSave> Saves { get; private set; } = [];

    public IEnumerable<string> Names => Saves.SelectMany(save => save.Names);

    public bool HasSavepoint(string name) => _savepoints.Any(savepoint => savepoint.Name == name);

    public void CreateSavepoint(string name) => _savepoints.Push((name, [.. Saves]));

    public void RollBackTo(string name)
    {
        while (_savepoints.Peek().Name != name)
        {
            _savepoints.Pop();
        }

        ReturnTo([.. _savepoints.Peek().Saves]);
    }

    public void Release(string name)
    {
        while (_savepoints.Pop().Name != name)
        {
        }
    }

    public void RollBack() => ReturnTo([]);

    public List<ModelSave> TakeSaves()
    {
        var taken = Saves;
        Saves = [];
        return taken;
    }

    /// <summary>The last save is undone first, so that events return in order.</summary>
    private void ReturnTo(List<ModelSave> saves)
    {
        foreach (var undone in Saves.Except(saves).Reverse())
        {
            undone.Undo();
        }

        Saves = saves;
    }
}

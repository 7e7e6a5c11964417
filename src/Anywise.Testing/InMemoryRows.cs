using System.Collections.Immutable;

namespace Anywise.Testing;

/// <summary>The objects that units of work have committed: what a database is to real ones.</summary>
internal sealed class InMemoryRows
{
    private int _lastId;

    public ImmutableList<object> Committed { get; private set; } = [];

    public void Commit(Changes changes) => Committed = changes.ApplyTo(Committed);

    /// <summary>Refuses what a database would refuse, and gives the identities that a database would generate.</summary>
    /// <exception cref="Microsoft.EntityFrameworkCore.DbUpdateException">What is added exists already, or what is removed does not.</exception>
    public Changes Check(Changes changes, ImmutableList<object> rows)
    {
        if (changes.Removed.Find(removed => !rows.Contains(removed)) is { } missing)
        {
            throw Errors.NotStored(missing);
        }

        rows = rows.RemoveRange(changes.Removed);
        foreach (var added in changes.Added)
        {
            GeneratedIds.GiveAtWrite(added, () => ++_lastId);
            rows = rows.Contains(added) ? throw Errors.ExistsAlready(added) : rows.Add(added);
        }

        return changes;
    }
}

using System.Collections.Immutable;

namespace Anywise.Testing;

/// <summary>What is added to the stored objects and removed from them. Immutable, so that a savepoint only has to remember it.</summary>
internal sealed record Changes(ImmutableList<object> Added, ImmutableList<object> Removed)
{
    public static Changes None { get; } = new([], []);

    public bool IsNone => Added.IsEmpty && Removed.IsEmpty;

    public Changes Add(object one) => Added.Exists(added => ReferenceEquals(added, one)) ? this : this with { Added = Added.Add(one) };

    /// <summary>Something that is only added so far was never there.</summary>
    public Changes Remove(object one) => Added.Contains(one) ? this with { Added = Added.Remove(one) } : this with { Removed = Removed.Add(one) };

    public Changes Then(Changes later) => new(
        Added.RemoveRange(later.Removed).AddRange(later.Added),
        Removed.AddRange(later.Removed.Where(removed => !Added.Contains(removed))));

    public ImmutableList<object> ApplyTo(ImmutableList<object> rows) => rows.RemoveRange(Removed).AddRange(Added);
}

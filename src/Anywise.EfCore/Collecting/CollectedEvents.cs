using Anywise.Domain;

namespace Anywise.EfCore.Collecting;

/// <summary>What a save took from one aggregate.</summary>
internal readonly record struct CollectedEvents(DomainEvents Source, List<RaisedEvent> Raised)
{
    /// <summary>Returns events to their aggregates, the latest first, so that each aggregate has its own in order again.</summary>
    public static void PutBack(IReadOnlyList<CollectedEvents> collected)
    {
        for (var last = collected.Count - 1; last >= 0; last--)
        {
            collected[last].Source.PutBack(collected[last].Raised);
        }
    }
}

using Anywise.Domain;

namespace Anywise.EfCore.Collecting;

/// <summary>What a save took from one aggregate.</summary>
internal readonly record struct CollectedEvents(DomainEvents Source, List<RaisedEvent> Raised)
{
    /// <summary>The events in the order in which they were raised, each with the aggregate that raised it.</summary>
    public static (RaisedEvent Raised, object? Aggregate)[] InOrder(List<CollectedEvents> collected)
    {
        var count = 0;
        foreach (var (_, raised) in collected)
        {
            count += raised.Count;
        }

        var (events, place) = (new (RaisedEvent Raised, object? Aggregate)[count], 0);
        foreach (var (source, raised) in collected)
        {
            foreach (var one in raised)
            {
                events[place++] = (one, source.Aggregate);
            }
        }

        if (!IsInOrder(events))
        {
            Array.Sort(events, static (one, other) => one.Raised.Sequence.CompareTo(other.Raised.Sequence));
        }

        return events;
    }

    /// <summary>Usually they are: sorting again would cost more than delivering.</summary>
    private static bool IsInOrder((RaisedEvent Raised, object? Aggregate)[] events)
    {
        for (var next = 1; next < events.Length; next++)
        {
            if (events[next - 1].Raised.Sequence > events[next].Raised.Sequence)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns events to their aggregates, the latest first, so that each aggregate has its own in order again.</summary>
    /// <param name="collected">What is put back.</param>
    /// <param name="saverKnows">Who saved has been told that it did not succeed, so that giving up the aggregates is no accident.</param>
    public static void PutBack(IReadOnlyList<CollectedEvents> collected, bool saverKnows)
    {
        for (var last = collected.Count - 1; last >= 0; last--)
        {
            collected[last].Source.PutBack(collected[last].Raised, saverKnows);
        }
    }
}

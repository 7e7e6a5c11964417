namespace Anywise.EfCore.Dispatching;

/// <summary>A class that handles a message and a base of it gets the message once, as what it is.</summary>
internal static class MostSpecific
{
    /// <summary>All candidates but bases of others, in the order of the names of their types.</summary>
    public static IEnumerable<TCandidate> AllOf<TCandidate>(IEnumerable<TCandidate> candidates, Func<TCandidate, Type> typeOf)
    {
        var all = candidates.DistinctBy(typeOf).OrderBy(one => typeOf(one).FullName, StringComparer.Ordinal).ToList();
        return all.Where(one => !all.Exists(other => typeOf(other) != typeOf(one) && typeOf(one).IsAssignableFrom(typeOf(other))));
    }

    /// <summary>One of them, even if several have nothing to do with each other.</summary>
    public static TCandidate? Of<TCandidate>(IEnumerable<TCandidate> candidates, Func<TCandidate, Type> typeOf)
    {
        TCandidate? best = default;
        Type? bestType = null;
        foreach (var candidate in candidates.OrderBy(one => typeOf(one).FullName, StringComparer.Ordinal)) // between types that have nothing to do with each other
        {
            if (bestType is null || bestType.IsAssignableFrom(typeOf(candidate)))
            {
                (best, bestType) = (candidate, typeOf(candidate));
            }
        }

        return best;
    }
}

namespace Anywise.EfCore.Dispatching;

/// <summary>A class that handles a message and a base of it gets the message once, as what it is.</summary>
internal static class MostSpecific
{
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

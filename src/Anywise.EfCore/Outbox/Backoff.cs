namespace Anywise.EfCore.Outbox;

/// <summary>How long a handler that has failed is left alone.</summary>
internal static class Backoff
{
    private const double Spread = 0.2;

    /// <summary>Twice as long after each failure; up or down by a fifth, so that what failed together is not tried again together, and never longer than is said.</summary>
    /// <param name="attempts">How often it has failed, at least once.</param>
    /// <param name="options">The first and the longest time.</param>
    /// <param name="chance">At least 0, and less than 1.</param>
    public static TimeSpan After(int attempts, OutboxOptions options, double chance)
    {
        var doubled = options.RetryDelay.Ticks * Math.Pow(2, attempts - 1) * (1 - Spread + (2 * Spread * chance)); // may be more than a TimeSpan can be
        var longest = options.MaxRetryDelay * (1 - Spread + (Spread * chance));
        return doubled < longest.Ticks ? TimeSpan.FromTicks((long)doubled) : longest;
    }
}

namespace Anywise.Domain;

/// <summary>The clock that gives raised events their time: the system's, unless a test replaces it. Thread-safe.</summary>
public static class EventClock
{
    private static readonly AsyncLocal<TimeProvider?> Replacement = new();

    internal static DateTimeOffset UtcNow => (Replacement.Value ?? TimeProvider.System).GetUtcNow();

    /// <summary>Replaces the clock for the calling method and what it calls and awaits, until the result is disposed.</summary>
    /// <param name="timeProvider">The clock to use.</param>
    public static IDisposable Use(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        var replaced = new Restore(Replacement.Value);
        Replacement.Value = timeProvider;
        return replaced;
    }

    private sealed class Restore(TimeProvider? previous) : IDisposable
    {
        public void Dispose() => Replacement.Value = previous;
    }
}

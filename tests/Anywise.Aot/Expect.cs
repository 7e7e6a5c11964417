using System.Runtime.CompilerServices;

namespace Anywise.Aot;

/// <summary>Ends the program where something is not as it should be. No test framework: those find their tests by reflection.</summary>
internal static class Expect
{
    public static void Equal<T>(string what, T expected, T actual) =>
        Report(what, EqualityComparer<T>.Default.Equals(expected, actual), $"{actual} instead of {expected}");

    /// <summary>What has been written into the journal since the last look.</summary>
    public static void Lines(Journal journal, string what, params string[] expected)
    {
        Report(what, journal.Lines.SequenceEqual(expected), string.Join("; ", journal.Lines));
        journal.Lines.Clear();
    }

    /// <param name="message">How the message begins.</param>
    /// <param name="call">What fails.</param>
    /// <param name="aheadOfTime">How it begins in ahead-of-time compiled code, where that is different.</param>
    public static async Task FailureAsync<TException>(string message, Func<ValueTask> call, string? aheadOfTime = null) where TException : Exception
    {
        var expected = RuntimeFeature.IsDynamicCodeSupported ? message : aheadOfTime ?? message;
        try
        {
            await call();
            Report(expected, false, "nothing failed");
        }
        catch (TException failure) when (failure is not Unexpected)
        {
            Report(expected, failure.GetType() == typeof(TException) && failure.Message.StartsWith(expected, StringComparison.Ordinal), failure.ToString());
        }
    }

    private static void Report(string what, bool isAsExpected, string found) =>
        Console.WriteLine(isAsExpected ? $"ok: {what}" : throw new Unexpected($"{what}: {found}"));

    private sealed class Unexpected(string message) : Exception(message);
}

using System.Diagnostics;

namespace Anywise.Benchmarks;

/// <summary>
/// Variants in turns, in short blocks in one process: on a noisy machine the noise then meets all of them, and the ratio of two
/// can be trusted where a single time cannot.
/// </summary>
internal static class Turns
{
    private const int Rounds = 201;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>Prints times and allocations per call, as ratios to the first variant.</summary>
    public static async Task CompareAsync(string title, int callsPerBlock, params Turn[] variants)
    {
        var times = Array.ConvertAll(variants, static _ => new List<double>());
        var bytes = Array.ConvertAll(variants, static _ => new List<double>());
        await WarmUpAsync(callsPerBlock, variants);
        for (var round = 0; round < Rounds; round++)
        {
            for (var turn = 0; turn < variants.Length; turn++)
            {
                var variant = (turn + round) % variants.Length;
                var (time, allocated) = await MeasureAsync(variants[variant], callsPerBlock);
                times[variant].Add(time);
                bytes[variant].Add(allocated);
            }
        }

        Report(title, [.. variants.Select(static variant => variant.Name)], times, bytes);
    }

    /// <summary>Until the compiler has had time to optimize all of it, which it does beside the running code.</summary>
    private static async Task WarmUpAsync(int callsPerBlock, Turn[] variants)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;)
        {
            foreach (var variant in variants)
            {
                await MeasureAsync(variant, callsPerBlock);
            }
        }
    }

    private static async Task<(double Nanoseconds, double Bytes)> MeasureAsync(Turn turn, int calls)
    {
        turn.Before?.Invoke();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        await turn.Block(calls);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return (elapsed.TotalNanoseconds / calls, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)calls);
    }

    private static void Report(string title, string[] names, List<double>[] times, List<double>[] bytes)
    {
        Console.WriteLine();
        Console.WriteLine($"{title} ({Rounds} blocks each, in turns)");
        Console.WriteLine($"{"",-24}{"median ns",12}{"ratio",8}{"min ns",12}{"ratio",8}{"bytes",12}{"added",10}");
        for (var variant = 0; variant < names.Length; variant++)
        {
            var (median, min, allocated) = (Median(times[variant]), times[variant].Min(), Median(bytes[variant]));
            Console.WriteLine(
                $"{names[variant],-24}{median,12:F1}{median / Median(times[0]),8:F3}{min,12:F1}{min / times[0].Min(),8:F3}{allocated,12:F0}{allocated - Median(bytes[0]),10:F0}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

/// <summary>One variant.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Block">Makes so many calls.</param>
/// <param name="Before">Is done before each block, outside of its time.</param>
internal sealed record Turn(string Name, Func<int, Task> Block, Action? Before = null)
{
    public static Turn Of(string name, Func<Task> call, Action? before = null) => new(name, Each(call), before);

    private static Func<int, Task> Each(Func<Task> call) => async calls =>
    {
        for (var count = 0; count < calls; count++)
        {
            await call();
        }
    };
}

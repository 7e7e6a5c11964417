using System.Diagnostics;

namespace Anywise.Benchmarks;

/// <summary>
/// The variants in turns, in short blocks in one process: on a noisy machine the noise then meets all of them, and the ratio of two
/// can be trusted where a single time cannot.
/// </summary>
internal static class Interleaved
{
    private const int Rounds = 201;

    public static async Task RunAsync()
    {
        foreach (var tracked in new[] { 10, 1_000, 10_000 })
        {
            await CompareAsync(
                $"Save without an event, 1 modified of {tracked} tracked", Math.Max(1, 2_000 / tracked), [Variant.Bare(), Variant.Anywise()],
                variant => variant.Track(tracked), static _ => { }, static variant => variant.SaveChangeAsync());
        }

        foreach (var tracked in new[] { 1, 1_001 })
        {
            await CompareAsync(
                $"Save with an event, 1 modified of {tracked} tracked", Math.Max(4, 200 / tracked), All(),
                variant => variant.Track(tracked), static _ => { }, static variant => variant.SaveTouchAsync());
        }

        await CompareAsync(
            "Save 100 new items with an event each", 4, All(), static _ => { }, static variant => variant.Clear(), static variant => variant.SaveNewAsync(100));
    }

    private static Variant[] All() => [Variant.Bare(), Variant.Anywise(), Variant.Usual()];

    private static async Task CompareAsync(
        string title, int savesPerBlock, Variant[] variants, Action<Variant> prepare, Action<Variant> beforeBlock, Func<Variant, Task> save)
    {
        var times = variants.ToDictionary(variant => variant, _ => new List<double>());
        var bytes = variants.ToDictionary(variant => variant, _ => new List<double>());
        Array.ForEach(variants, prepare);
        for (var round = -Rounds / 4; round < Rounds; round++)
        {
            foreach (var variant in variants.Skip(Math.Abs(round) % variants.Length).Concat(variants.Take(Math.Abs(round) % variants.Length)))
            {
                beforeBlock(variant);
                var (time, allocated) = await MeasureAsync(variant, savesPerBlock, save);
                if (round >= 0) // before that it is warming up
                {
                    times[variant].Add(time);
                    bytes[variant].Add(allocated);
                }
            }
        }

        Report(title, variants, times, bytes);
        Array.ForEach(variants, static variant => variant.Dispose());
    }

    private static async Task<(double Microseconds, double Bytes)> MeasureAsync(Variant variant, int saves, Func<Variant, Task> save)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        for (var count = 0; count < saves; count++)
        {
            await save(variant);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        return (elapsed.TotalMicroseconds / saves, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)saves);
    }

    private static void Report(
        string title, Variant[] variants, Dictionary<Variant, List<double>> times, Dictionary<Variant, List<double>> bytes)
    {
        Console.WriteLine();
        Console.WriteLine($"{title} ({Rounds} blocks each, in turns)");
        Console.WriteLine($"{"",-20}{"median us",12}{"ratio",8}{"min us",12}{"ratio",8}{"bytes",12}{"added",10}");
        var (bareMedian, bareMin, bareBytes) = (Median(times[variants[0]]), times[variants[0]].Min(), Median(bytes[variants[0]]));
        foreach (var variant in variants)
        {
            var (median, min, allocated) = (Median(times[variant]), times[variant].Min(), Median(bytes[variant]));
            Console.WriteLine(
                $"{variant.Name,-20}{median,12:F1}{median / bareMedian,8:F3}{min,12:F1}{min / bareMin,8:F3}{allocated,12:F0}{allocated - bareBytes,10:F0}");
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

using System.Diagnostics;
using System.Globalization;
using Anywise.Benchmarks.ColdStart;
using BenchmarkDotNet.Running;

switch (args)
{
    case ["interleaved"]:
        Interleave(["a host alone", "Anywise", "dispatcher alone", "Mediator"], rounds: 21);
        break;
    case ["once", var variant]:
        await OnceAsync(variant);
        break;
    default:
        BenchmarkRunner.Run<AHostWithFiveHundredHandlers>(args: args);
        break;
}

// Each in a new process, in turns.
static void Interleave(string[] variants, int rounds)
{
    var times = Array.ConvertAll(variants, static _ => new List<double>());
    for (var round = 0; round < rounds; round++)
    {
        for (var turn = 0; turn < variants.Length; turn++)
        {
            var variant = (round + turn) % variants.Length;
            using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["once", variants[variant]]) { RedirectStandardOutput = true })!;
            times[variant].Add(double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture));
        }
    }

    Console.WriteLine($"Cold start with 500 handlers ({rounds} processes each, in turns)");
    Console.WriteLine($"{"",-24}{"median ms",12}{"ratio",8}{"min ms",12}{"ratio",8}");
    for (var variant = 0; variant < variants.Length; variant++)
    {
        var (median, min) = (Median(times[variant]), times[variant].Min());
        Console.WriteLine($"{variants[variant],-24}{median,12:F1}{median / Median(times[^1]),8:F3}{min,12:F1}{min / times[^1].Min(),8:F3}");
    }
}

static async Task OnceAsync(string variant)
{
    var hosts = new AHostWithFiveHundredHandlers();
    var start = Stopwatch.GetTimestamp();
    var answer = variant switch
    {
        "a host alone" => await hosts.Alone(),
        "Anywise" => await hosts.Anywise(),
        "dispatcher alone" => await hosts.AnywiseDispatcher(),
        _ => await hosts.Mediator(),
    };
    ArgumentOutOfRangeException.ThrowIfNotEqual(answer, 2);
    Console.Write(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

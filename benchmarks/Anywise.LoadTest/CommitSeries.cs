using Anywise.EfCore;

namespace Anywise.LoadTest;

/// <summary>How many commits lead to completed deliveries in a second, next to commits of which nobody is told.</summary>
internal static class CommitSeries
{
    public static async Task RunAsync(LoadDatabase database, LoadOptions options, HandlerKind handler)
    {
        var variants = await VariantsAsync(database, options, handler);
        foreach (var producers in options.Producers)
        {
            var results = variants.ToDictionary(variant => variant, _ => new Result());
            for (var round = -1; round < options.Rounds; round++)
            {
                for (var turn = 0; turn < variants.Count; turn++)
                {
                    var variant = variants[(turn + round + 1) % variants.Count];
                    var time = round < 0 ? options.Block / 2 : options.Block;
                    var result = await ClosedLoop.RunAsync(database, variant, producers, time);
                    if (round >= 0) // before that it is warming up
                    {
                        results[variant].Add(result);
                    }
                }
            }

            Report($"{database.Name}, {producers} producers, handler: {handler}", variants, results);
        }

        foreach (var variant in variants)
        {
            await variant.DisposeAsync();
        }
    }

    private static async Task<List<Variant>> VariantsAsync(LoadDatabase database, LoadOptions options, HandlerKind handler)
    {
        var variants = new List<Variant> { new RawVariant(database, handler) };
        foreach (var kind in options.Contexts)
        {
            variants.Add(new BareVariant(database, kind, saves: 1));
            if (handler == HandlerKind.Writing)
            {
                variants.Add(new BareVariant(database, kind, saves: 2));
            }

            variants.Add(await AnywiseVariant.StartAsync(database, kind, handler, OutboxDelivery.Inline));
            variants.Add(await AnywiseVariant.StartAsync(database, kind, handler, OutboxDelivery.Background));
        }

        return variants;
    }

    private static void Report(string title, List<Variant> variants, Dictionary<Variant, Result> results)
    {
        var raw = results[variants[0]];
        var bare = raw;
        var table = new Table(title, "ops/s", "/ bare", "(from", "to)", "cpu us", "server us", "cpu / bare", "KiB", "p50 ms", "p99 ms", "/ raw p99", "twice", "most open");
        foreach (var variant in variants)
        {
            var result = results[variant];
            if (variant is BareVariant { Saves: 1 })
            {
                bare = result;
            }

            var ratios = result.PerSecond.Zip(bare.PerSecond, (one, other) => one / other).ToList();
            table.Row(variant.Name, $"{Median(result.PerSecond):F0}", variant is RawVariant ? "" : $"{Median(ratios):F2}", $"{ratios.Min():F2}", $"{ratios.Max():F2}",
                $"{Median(result.Microseconds):F0}", $"{Median(result.ServerMicroseconds):F0}",
                variant is RawVariant ? "" : $"{Median(result.Together.Zip(bare.Together, (one, other) => one / other)):F2}", $"{Median(result.Kibibytes):F1}");
            if (variant.Delivers)
            {
                table.Extend(
                    $"{result.Percentile(0.5):F2}", $"{result.Percentile(0.99):F2}", $"{result.Percentile(0.99) / raw.Percentile(0.99):F1}",
                    $"{result.Twice}", $"{result.MostOpen}");
            }
        }

        table.Print();
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2 : 0;

    /// <summary>What the blocks of one variant gave.</summary>
    private sealed class Result
    {
        private readonly List<double> _latencies = [];
        private bool _isSorted;

        public List<double> PerSecond { get; } = [];

        /// <summary>Of the processor, for each operation, in this process.</summary>
        public List<double> Microseconds { get; } = [];

        /// <summary>Of the processor, for each operation, in the database's server.</summary>
        public List<double> ServerMicroseconds { get; } = [];

        /// <summary>Of the processor, for each operation, in both.</summary>
        public IEnumerable<double> Together => Microseconds.Zip(ServerMicroseconds, (here, there) => here + there);

        /// <summary>Allocated, for each operation, in this process.</summary>
        public List<double> Kibibytes { get; } = [];

        public int Twice { get; private set; }

        public int MostOpen { get; private set; }

        public void Add(BlockResult result)
        {
            PerSecond.Add(result.PerSecond);
            Microseconds.Add(result.Processor.TotalMicroseconds);
            ServerMicroseconds.Add(result.Server.TotalMicroseconds);
            Kibibytes.Add(result.Allocated / 1024);
            _latencies.AddRange(result.Block.Latencies());
            (Twice, MostOpen) = (Twice + result.Block.Twice, Math.Max(MostOpen, result.Block.MostOpen));
        }

        public double Percentile(double part)
        {
            if (!_isSorted)
            {
                _latencies.Sort();
                _isSorted = true;
            }

            return _latencies.Count == 0 ? double.NaN : _latencies[(int)(part * (_latencies.Count - 1))];
        }
    }
}

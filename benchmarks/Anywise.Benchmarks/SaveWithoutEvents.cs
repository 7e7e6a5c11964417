using BenchmarkDotNet.Attributes;

namespace Anywise.Benchmarks;

/// <summary>Nothing was raised: what does it cost that somebody could have? One item changed among many that are tracked.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class SaveWithoutEvents
{
    private readonly Variant _bare = Variant.Bare();
    private readonly Variant _anywise = Variant.Anywise();

    [Params(10, 1_000, 10_000)]
    public int Tracked { get; set; }

    [GlobalSetup]
    public void Track()
    {
        _bare.Track(Tracked);
        _anywise.Track(Tracked);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _bare.Dispose();
        _anywise.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task Bare() => _bare.SaveChangeAsync();

    [Benchmark]
    public Task Anywise() => _anywise.SaveChangeAsync();
}

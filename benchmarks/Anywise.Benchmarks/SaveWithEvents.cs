using BenchmarkDotNet.Attributes;

namespace Anywise.Benchmarks;

/// <summary>One item changed, with an event and a handler that does nothing, among others that are tracked.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class SaveOneEvent
{
    private readonly Variant _bare = Variant.Bare();
    private readonly Variant _anywise = Variant.Anywise();
    private readonly Variant _usual = Variant.Usual();

    [Params(1, 1_001)]
    public int Tracked { get; set; }

    [GlobalSetup]
    public void Track()
    {
        _bare.Track(Tracked);
        _anywise.Track(Tracked);
        _usual.Track(Tracked);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _bare.Dispose();
        _anywise.Dispose();
        _usual.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task Bare() => _bare.SaveTouchAsync();

    [Benchmark]
    public Task Anywise() => _anywise.SaveTouchAsync();

    [Benchmark]
    public Task Usual() => _usual.SaveTouchAsync();
}

/// <summary>A hundred new items in a new context, with an event each and a handler that does nothing.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class SaveHundredEvents
{
    /// <summary>The table is emptied between, and BenchmarkDotNet calls once after it: code that has run a few times only is not compiled as it is later.</summary>
    private const int Saves = 50;

    private readonly Variant _bare = Variant.Bare();
    private readonly Variant _anywise = Variant.Anywise();
    private readonly Variant _usual = Variant.Usual();

    [IterationSetup]
    public void Clear()
    {
        _bare.Clear();
        _anywise.Clear();
        _usual.Clear();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _bare.Dispose();
        _anywise.Dispose();
        _usual.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Saves)]
    public Task Bare() => SaveAsync(_bare);

    [Benchmark(OperationsPerInvoke = Saves)]
    public Task Anywise() => SaveAsync(_anywise);

    [Benchmark(OperationsPerInvoke = Saves)]
    public Task Usual() => SaveAsync(_usual);

    private static async Task SaveAsync(Variant variant)
    {
        for (var save = 0; save < Saves; save++)
        {
            await variant.SaveNewAsync(100);
        }
    }
}

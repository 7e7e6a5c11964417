using System.Diagnostics;

namespace Anywise.LoadTest;

/// <summary>Producers that each begin an operation when their last has returned.</summary>
internal static class ClosedLoop
{
    private const int MostPerSecond = 60_000;

    /// <summary>Produces for a time, then waits until every message has been handled and is gone from its table.</summary>
    public static async Task<BlockResult> RunAsync(
        LoadDatabase database, Variant variant, int producers, TimeSpan time)
    {
        var block = database.Measurement.Begin(capacity: (int)(MostPerSecond * time.TotalSeconds));
        var (processor, server, allocated) = (Environment.CpuUsage.TotalTime, database.ServerTime, GC.GetTotalAllocatedBytes(precise: true));
        var start = Stopwatch.GetTimestamp();
        await ProduceAsync(variant, block, producers, () => Stopwatch.GetElapsedTime(start) < time);
        if (variant.Delivers)
        {
            await WaitUntilCompletedAsync(database, variant, block.Taken);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        return new BlockResult(
            block,
            block.Taken / elapsed.TotalSeconds,
            (Environment.CpuUsage.TotalTime - processor) / block.Taken,
            (database.ServerTime - server) / block.Taken,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)block.Taken);
    }

    public static Task ProduceAsync(Variant variant, Block block, int producers, Func<bool> goesOn) =>
        Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(async () =>
        {
            while (goesOn() && block.Next() is { } number)
            {
                await variant.CommitAsync(number);
                block.Returned();
            }
        })));

    /// <summary>Every message of the block under way has been handled and is gone from its table: a host that stops earlier cancels handlers.</summary>
    /// <exception cref="TimeoutException">A message is not delivered.</exception>
    public static async Task WaitUntilCompletedAsync(LoadDatabase database, Variant variant, int messages)
    {
        var block = database.Measurement.Block;
        for (var start = Stopwatch.GetTimestamp(); block.Delivered < messages || await database.CountAsync(variant.Table) > 0; await Task.Delay(1))
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"{messages - block.Delivered} of {messages} messages are not delivered after two minutes.");
            }
        }
    }
}

/// <summary>What a block gave, in all and for each operation.</summary>
/// <param name="Block">The block.</param>
/// <param name="PerSecond">How many operations were completed in a second, the wait for the last of them included.</param>
/// <param name="Processor">The processor time of this process.</param>
/// <param name="Server">The processor time of the database's server.</param>
/// <param name="Allocated">The bytes that this process allocated.</param>
internal sealed record BlockResult(Block Block, double PerSecond, TimeSpan Processor, TimeSpan Server, double Allocated);

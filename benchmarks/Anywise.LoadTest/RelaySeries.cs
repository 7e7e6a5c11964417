using System.Diagnostics;
using Anywise.EfCore;

namespace Anywise.LoadTest;

/// <summary>Two applications on one database, next to one, with the same stored messages.</summary>
internal static class RelaySeries
{
    private const int Rounds = 3;

    public static async Task RunAsync(LoadDatabase database, LoadOptions options)
    {
        var table = new Table($"{database.Name}, two relays next to one, median of {Rounds}", "one, rows/s", "two, rows/s", "two / one", "(from", "to)", "twice");
        await CompareAsync(HandlerKind.Waiting, messages: 8_000, "a handler that awaits 5 ms");
        await CompareAsync(HandlerKind.Empty, messages: options.Backlog / 2, "an empty handler");
        table.Print();

        async Task CompareAsync(HandlerKind handler, int messages, string name)
        {
            List<double> one = [], two = [];
            var twice = 0;
            for (var round = 0; round < Rounds; round++)
            {
                one.Add(await DrainAsync(database, handler, messages, relays: 1));
                twice += database.Measurement.Block.Twice;
                two.Add(await DrainAsync(database, handler, messages, relays: 2));
                twice += database.Measurement.Block.Twice;
            }

            var ratios = two.Zip(one, (more, less) => more / less).Order().ToList();
            table.Row(
                name, $"{one.Order().ElementAt(Rounds / 2):F0}", $"{two.Order().ElementAt(Rounds / 2):F0}", $"{ratios[Rounds / 2]:F2}", $"{ratios[0]:F2}", $"{ratios[^1]:F2}",
                $"{twice}");
        }
    }

    private static async Task<double> DrainAsync(LoadDatabase database, HandlerKind handler, int messages, int relays)
    {
        await Backlog.StoreAsync(database, messages);
        await database.ExecuteAsync("DELETE FROM \"RawOutbox\"");
        var start = Stopwatch.GetTimestamp();
        var running = await Task.WhenAll(Enumerable.Range(0, relays).Select(_ =>
            AnywiseVariant.StartAsync(database, ContextKind.Scoped, handler, OutboxDelivery.Inline)));
        await ClosedLoop.WaitUntilCompletedAsync(database, running[0], messages);

        var perSecond = messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.WhenAll(running.Select(relay => relay.DisposeAsync().AsTask()));
        return perSecond;
    }
}

using Anywise.EfCore;

namespace Anywise.LoadTest;

/// <summary>Producers that do not wait for deliveries, and are faster than these: what waits in memory has a bound all the same.</summary>
internal static class OpenSeries
{
    private const int Producers = 32;

    public static async Task RunAsync(LoadDatabase database, LoadOptions options)
    {
        await using var variant = await AnywiseVariant.StartAsync(database, options.Contexts[0], HandlerKind.Waiting, OutboxDelivery.Background);
        var (block, perSecond, _, _, _) = await ClosedLoop.RunAsync(database, variant, Producers, TimeSpan.FromSeconds(options.Seconds));
        var outbox = new OutboxOptions();
        var table = new Table($"{database.Name}, {Producers} producers that do not wait, a handler that awaits 5 ms", "ops/s", "most open", "bound", "twice");
        table.Row(variant.Name, $"{perSecond:F0}", $"{block.MostOpen}", $"{outbox.MaxConcurrency * 17}", $"{block.Twice}");
        table.Print();
    }
}

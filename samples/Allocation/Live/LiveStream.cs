using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Anywise.Domain;

namespace Allocation.Live;

/// <param name="Happenings">What has happened since the last news; what is told twice is over now.</param>
/// <param name="Missed">How many more happenings there were, of which this watcher was not told because it was too slow.</param>
/// <param name="Stock">What came of it.</param>
public sealed record News(IReadOnlyList<Happening> Happenings, int Missed, Stock Stock);

/// <summary>
/// What a watching page is sent: at first everything, as a 'snapshot', and then 'news'. After a lost connection the page gets a snapshot
/// again, so that it needs to know nothing of what it missed.
/// </summary>
internal sealed class LiveStream(LiveFeed feed, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>What happens in between is told together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Keeps the connection open where nothing happens, and tells what other processes have done to the stock.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(15);

    public async IAsyncEnumerable<SseItem<News>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watcher = feed.Watch();
        await using var pulse = clock.CreateTimer(_ => watcher.Pulse(), state: null, Pulse, Pulse);

        var snapshot = new News(watcher.Earlier, Missed: 0, await StockAsync(cancellationToken));
        yield return new SseItem<News>(snapshot, "snapshot") { ReconnectionInterval = TimeSpan.FromSeconds(1) };

        while (await watcher.WaitAsync(cancellationToken))
        {
            var (happenings, missed) = watcher.Take(); // before the stock is read, so that it contains what came of them
            yield return new SseItem<News>(new News(happenings, missed, await StockAsync(cancellationToken)), "news");
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private async Task<Stock> StockAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new StockNow(), cancellationToken);
    }
}

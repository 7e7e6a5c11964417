namespace Anywise.EfCore.Outbox;

/// <summary>Delivers what is in the table and in nobody's hands: after a crash, after a failure, and what other processes could not deliver.</summary>
internal sealed class OutboxRelay(ContextOutbox outbox)
{
    private const int MinTogether = 100;
    private const int MaxTogether = 1_000;

    /// <summary>What takes longer than this to deliver is better shared with other processes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(RelayAsync(stopping), outbox.Alarm.ListenAsync(stopping));

    private async Task RelayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var wait = outbox.Options.PollingInterval;
            try
            {
                wait = await DeliverAllAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                outbox.Reports.OutboxFailed(outbox.ContextName, failure);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await outbox.Alarm.WaitAsync(wait, outbox.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns how long to wait until there can be more.</summary>
    private async Task<TimeSpan> DeliverAllAsync(CancellationToken stopping)
    {
        var (rows, max, isMore) = (new List<OutboxRow>(), MinTogether, true);
        while (isMore && !stopping.IsCancellationRequested)
        {
            var (from, start) = (rows.Count == 0 ? 0 : rows.Max(row => row.WasDueAt), outbox.Time.GetTimestamp()); // what comes in earlier meanwhile, the next round finds
            rows = await outbox.Store.ClaimAsync(max, from, stopping).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                rows,
                new ParallelOptions { MaxDegreeOfParallelism = outbox.Options.MaxConcurrency, CancellationToken = CancellationToken.None },
                (row, _) => outbox.DeliverAsync(row)).ConfigureAwait(false);
            isMore = rows.Count == max;
            max = outbox.Time.GetElapsedTime(start) < Soon ? Math.Min(max * 2, MaxTogether) : MinTogether;
        }

        var untilDue = await outbox.Store.TimeUntilDueAsync(stopping).ConfigureAwait(false) ?? outbox.Options.PollingInterval;
        return TimeSpan.FromMilliseconds(Math.Clamp(untilDue.TotalMilliseconds, 1, outbox.Options.PollingInterval.TotalMilliseconds));
    }
}

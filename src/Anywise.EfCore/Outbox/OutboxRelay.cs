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
        var (max, begun) = (MinTogether, outbox.Time.GetTimestamp());
        var claim = outbox.Store.ClaimAsync(max, from: 0, stopping);
        while (await claim.ConfigureAwait(false) is { Count: > 0 } rows)
        {
            var start = outbox.Time.GetTimestamp();
            var isMore = rows.Count >= max && !stopping.IsCancellationRequested
                && outbox.Time.GetElapsedTime(begun, start) < outbox.Options.PollingInterval; // what has come in earlier meanwhile, the next round finds
            var from = rows.Max(row => row.WasDueAt);
            var ahead = isMore && max == MaxTogether ? outbox.Store.ClaimAsync(max, from, stopping) : null;
            await DeliverAsync(rows).ConfigureAwait(false);
            max = outbox.Time.GetElapsedTime(start) < Soon ? Math.Min(max * 2, MaxTogether) : MinTogether;
            claim = ahead ?? (isMore ? outbox.Store.ClaimAsync(max, from, stopping) : Task.FromResult<List<OutboxRow>>([]));
        }

        var untilDue = await outbox.Store.TimeUntilDueAsync(stopping).ConfigureAwait(false) ?? outbox.Options.PollingInterval;
        return TimeSpan.FromMilliseconds(Math.Clamp(untilDue.TotalMilliseconds, 1, outbox.Options.PollingInterval.TotalMilliseconds));
    }

    /// <summary>Never throws.</summary>
    private Task DeliverAsync(List<OutboxRow> rows) => Parallel.ForEachAsync(
        rows,
        new ParallelOptions { MaxDegreeOfParallelism = outbox.Options.MaxConcurrency, CancellationToken = CancellationToken.None },
        (row, _) => outbox.DeliverAsync(row));
}

namespace Anywise.EfCore.Outbox;

/// <summary>Delivers what is in the table and in nobody's hands: after a crash, after a failure, and what other processes could not deliver.</summary>
internal sealed class OutboxRelay(ContextOutbox outbox)
{
    private const int MaxTogether = 100;

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
        var rows = new List<OutboxRow>();
        do
        {
            var from = rows.Count == 0 ? 0 : rows.Max(row => row.WasDueAt); // what comes in earlier meanwhile, the next round finds
            rows = await outbox.Store.ClaimAsync(MaxTogether, from, stopping).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                rows,
                new ParallelOptions { MaxDegreeOfParallelism = outbox.Options.MaxConcurrency, CancellationToken = CancellationToken.None },
                (row, _) => outbox.DeliverAsync(row)).ConfigureAwait(false);
        }
        while (rows.Count == MaxTogether && !stopping.IsCancellationRequested);

        var untilDue = await outbox.Store.TimeUntilDueAsync(stopping).ConfigureAwait(false) ?? outbox.Options.PollingInterval;
        return TimeSpan.FromMilliseconds(Math.Clamp(untilDue.TotalMilliseconds, 1, outbox.Options.PollingInterval.TotalMilliseconds));
    }
}

namespace Anywise.EfCore.Outbox;

/// <summary>Delivers what is in the table and in nobody's hands: after a crash, after a failure, and what other processes could not deliver.</summary>
internal sealed class OutboxRelay(ContextOutbox outbox)
{
    private const int MinTogether = 100;
    private const int MaxTogether = 1_000;
    private const int MostFruitless = 10; // about a second

    /// <summary>What takes longer than this to deliver is better shared with other processes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private int _fruitless;

    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(RelayAsync(stopping), outbox.Alarm.ListenAsync(stopping));

    private async Task RelayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var wait = outbox.Options.PollingInterval;
            try
            {
                var delivered = await DeliverAllAsync(stopping).ConfigureAwait(false);
                wait = await TimeUntilDueAsync(wasFruitless: delivered == 0, stopping).ConfigureAwait(false);
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

    /// <summary>Returns how many rows it has taken.</summary>
    private async Task<int> DeliverAllAsync(CancellationToken stopping)
    {
        var (max, taken, begun) = (MinTogether, 0, outbox.Time.GetTimestamp());
        var claim = outbox.ClaimAsync(max, from: 0, stopping);
        while (await claim.ConfigureAwait(false) is { Rows.Count: > 0 } claimed)
        {
            var start = outbox.Time.GetTimestamp();
            var isMore = claimed.Rows.Count >= max && !stopping.IsCancellationRequested
                && outbox.Time.GetElapsedTime(begun, start) < outbox.Options.PollingInterval; // what has come in earlier meanwhile, the next round finds
            var ahead = isMore && max == MaxTogether ? outbox.ClaimAsync(max, claimed.LastDueAt, stopping) : null;
            await DeliverAsync(claimed.Rows, stopping).ConfigureAwait(false);
            taken += claimed.Rows.Count;
            max = outbox.Time.GetElapsedTime(start) < Soon ? Math.Min(max * 2, MaxTogether) : MinTogether;
            claim = ahead ?? (isMore ? outbox.ClaimAsync(max, claimed.LastDueAt, stopping) : Task.FromResult(OutboxClaim.Nothing));
        }

        return taken;
    }

    /// <summary>How long to wait until there can be more. A row can be due and locked by somebody who takes long: it is looked at less and less often.</summary>
    private async Task<TimeSpan> TimeUntilDueAsync(bool wasFruitless, CancellationToken stopping)
    {
        var untilDue = await outbox.Store.TimeUntilDueAsync(stopping).ConfigureAwait(false) ?? outbox.Options.PollingInterval;
        _fruitless = wasFruitless && untilDue <= TimeSpan.Zero ? Math.Min(_fruitless + 1, MostFruitless) : 0;
        var wait = TimeSpan.FromMilliseconds(Math.Max(untilDue.TotalMilliseconds, 1 << _fruitless));
        return wait < outbox.Options.PollingInterval ? wait : outbox.Options.PollingInterval;
    }

    /// <summary>Never throws. When the process stops, what is not begun is left to others.</summary>
    private Task DeliverAsync(List<ClaimedRow> rows, CancellationToken stopping) => Parallel.ForEachAsync(
        rows,
        new ParallelOptions { MaxDegreeOfParallelism = outbox.Options.MaxConcurrency, CancellationToken = CancellationToken.None },
        (row, _) => stopping.IsCancellationRequested ? outbox.GiveBackAsync(row) : outbox.DeliverAsync(row));
}

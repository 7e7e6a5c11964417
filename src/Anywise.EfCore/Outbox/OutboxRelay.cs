namespace Anywise.EfCore.Outbox;

/// <summary>Delivers what is in the table and in nobody's hands: after a crash, after a failure, and what other processes could not deliver.</summary>
/// <remarks>A handler that takes long, or never ends, has the room of its row, and holds up nothing else.</remarks>
internal sealed class OutboxRelay(ContextOutbox outbox) : IDisposable
{
    private const int MinTogether = 100;
    private const int MaxTogether = 1_000;
    private const int MostFruitless = 10; // about a second

    /// <summary>What takes longer than this to deliver is better shared with other processes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _room = new(outbox.Options.MaxConcurrency);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1; // the relay itself, then the deliveries that it has begun, too
    private int _fruitless;

    /// <summary>Returns when the process stops and all that has begun is done.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await Task.WhenAll(RelayAsync(stopping), outbox.Alarm.ListenAsync(stopping)).ConfigureAwait(false);
        End();
        await _ended.Task.ConfigureAwait(false);
    }

    public void Dispose() => _room.Dispose();

    private async Task RelayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var wait = outbox.Options.PollingInterval;
            try
            {
                var begun = await BeginAllAsync(stopping).ConfigureAwait(false);
                wait = await TimeUntilDueAsync(wasFruitless: begun == 0, stopping).ConfigureAwait(false);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outbox.Reports.OutboxFailed(outbox.ContextName, failure);
            }

            await outbox.Alarm.WaitAsync(wait, outbox.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes all that is due and returns how many rows that were, when the last of them has begun.</summary>
    private async Task<int> BeginAllAsync(CancellationToken stopping)
    {
        var (max, taken, begun) = (MinTogether, 0, outbox.Time.GetTimestamp());
        var claim = ClaimAsync(max, from: 0, stopping);
        while (await claim.ConfigureAwait(false) is { Rows.Count: > 0 } claimed)
        {
            var start = outbox.Time.GetTimestamp();
            var isMore = claimed.Rows.Count >= max && !stopping.IsCancellationRequested
                && outbox.Time.GetElapsedTime(begun, start) < outbox.Options.PollingInterval; // what has come in earlier meanwhile, the next round finds
            var ahead = isMore && max == MaxTogether ? outbox.ClaimAsync(max, claimed.LastDueAt, stopping) : null;
            await BeginAsync(claimed.Rows, stopping).ConfigureAwait(false);
            taken += claimed.Rows.Count;
            max = outbox.Time.GetElapsedTime(start) < Soon ? Math.Min(max * 2, MaxTogether) : MinTogether;
            claim = ahead ?? (isMore ? ClaimAsync(max, claimed.LastDueAt, stopping) : Task.FromResult(OutboxClaim.Nothing));
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

    /// <summary>Takes rows when there is room for one: until then other processes may have them.</summary>
    private async Task<OutboxClaim> ClaimAsync(int max, long from, CancellationToken stopping)
    {
        if (!await EnterAsync(stopping).ConfigureAwait(false))
        {
            return OutboxClaim.Nothing;
        }

        _room.Release();
        return await outbox.ClaimAsync(max, from, stopping).ConfigureAwait(false);
    }

    /// <summary>Begins each row when there is room for it. When the process stops, what is not begun is left to others.</summary>
    private async Task BeginAsync(List<ClaimedRow> rows, CancellationToken stopping)
    {
        var begun = 0;
        while (begun < rows.Count && await EnterAsync(stopping).ConfigureAwait(false))
        {
            var row = rows[begun++];
            Interlocked.Increment(ref _running);
            _ = Task.Run(() => DeliverAsync(row), CancellationToken.None);
        }

        await Parallel.ForEachAsync(rows.Skip(begun), CancellationToken.None, (row, _) => outbox.GiveBackAsync(row)).ConfigureAwait(false);
    }

    private async Task DeliverAsync(ClaimedRow row)
    {
        try
        {
            await outbox.DeliverAsync(row).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
            End();
        }
    }

    /// <summary>Waits for room; false if the process stops before there is any.</summary>
    private async ValueTask<bool> EnterAsync(CancellationToken stopping)
    {
        var entered = _room.WaitAsync(stopping);
        await entered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return entered.IsCompletedSuccessfully;
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _ended.SetResult();
        }
    }
}

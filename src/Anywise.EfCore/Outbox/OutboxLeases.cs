using System.Collections.Concurrent;

namespace Anywise.EfCore.Outbox;

/// <summary>The rows that this process is delivering, and the sign of life that keeps them its own while handlers take long. Thread-safe.</summary>
internal sealed class OutboxLeases : IDisposable
{
    /// <summary>Timers take no more than 49 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<Guid, OutboxLease> _held = new();
    private readonly OutboxStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly Action<Exception> _report;
    private readonly ITimer? _timer;
    private int _isRenewing;

    public OutboxLeases(OutboxStore store, TimeProvider time, TimeSpan lease, Action<Exception> report, bool renews)
    {
        (_store, _time, _lease, _report) = (store, time, lease, report);
        var interval = lease / 4 < Longest ? lease / 4 : Longest;
        _timer = !renews ? null : Detached.Call(() => time.CreateTimer(_ => _ = RenewOldAsync(), null, interval, interval));
    }

    /// <summary>A delivery begins. One that comes late, since its transaction took long, makes sure that the row is still its own.</summary>
    public async ValueTask HoldAsync(OutboxLease lease)
    {
        if (_time.GetElapsedTime(lease.Since) > _lease / 2)
        {
            await RenewAsync([lease]).ConfigureAwait(false);
        }

        if (!lease.IsOver)
        {
            Hold(lease);
        }
    }

    /// <summary>The row has to be kept alive from now on. An earlier lease of this process has ended, while it was paused, if the row could be taken again.</summary>
    public void Hold(OutboxLease lease)
    {
        if (_held.TryGetValue(lease.Id, out var earlier) && earlier != lease)
        {
            earlier.IsOver = true;
        }

        _held[lease.Id] = lease;
    }

    public void LetGo(OutboxLease lease) => _held.TryRemove(new(lease.Id, lease));

    public void Dispose() => _timer?.Dispose();

    private async Task RenewOldAsync()
    {
        if (Interlocked.Exchange(ref _isRenewing, 1) == 1)
        {
            return;
        }

        try
        {
            var old = _held.Values.Where(lease => _time.GetElapsedTime(lease.Since) >= _lease / 4).ToList();
            foreach (var sameAttempt in old.GroupBy(lease => lease.Attempt))
            {
                await RenewAsync([.. sameAttempt]).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            _report(failure);
        }
        finally
        {
            Volatile.Write(ref _isRenewing, 0);
        }
    }

    /// <summary>All of one attempt.</summary>
    private async Task RenewAsync(List<OutboxLease> leases)
    {
        var (now, attempt) = (_time.GetTimestamp(), leases[0].Attempt);
        var held = (await _store.RenewAsync(leases.Select(lease => lease.Id), attempt, CancellationToken.None).ConfigureAwait(false)).ToHashSet();
        foreach (var lease in leases)
        {
            if (held.Contains(lease.Id))
            {
                lease.Since = now;
            }
            else if (!lease.Writing.IsBusy && lease.Attempt == attempt) // no handler has taken it anew meanwhile
            {
                lease.IsOver = true;
            }
        }
    }
}

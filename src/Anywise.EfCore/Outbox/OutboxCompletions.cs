using System.Threading.Channels;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// Deletes rows whose handlers have all succeeded: as many as come together in a moment, in one statement. Thread-safe.
/// </summary>
internal sealed class OutboxCompletions(OutboxStore store, Action<Exception> report) : IDisposable
{
    private const int MaxTogether = 500;

    /// <summary>A statement and a commit for a few rows each would cost the server more than the rows do. Not the clock of the application, which may stand still.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);

    private readonly Channel<OutboxLease> _waiting = Channel.CreateUnbounded<OutboxLease>(); // its producers wait for handlers, not for this
    private readonly SemaphoreSlim _writing = new(1);
    private int _isRunning;

    public void Add(OutboxLease lease)
    {
        _waiting.Writer.TryWrite(lease);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            _ = Detached.Run(RunAsync);
        }
    }

    /// <summary>Returns when all that was added before is deleted.</summary>
    public Task FlushAsync() => DeleteAllAsync();

    public void Dispose() => _writing.Dispose();

    private async Task RunAsync()
    {
        do
        {
            if (_waiting.Reader.Count < MaxTogether)
            {
                await Task.Delay(Gathering).ConfigureAwait(false);
            }

            await DeleteAllAsync().ConfigureAwait(false);
            Volatile.Write(ref _isRunning, 0);
        }
        while (_waiting.Reader.Count > 0 && Interlocked.Exchange(ref _isRunning, 1) == 0);
    }

    private async Task DeleteAllAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var together = new List<OutboxLease>();
            while (TakeTogether(together))
            {
                foreach (var sameAttempt in together.GroupBy(lease => lease.Attempt, lease => lease.Id))
                {
                    await store.DeleteAsync(sameAttempt, sameAttempt.Key).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure)
        {
            report(failure); // the events are delivered again when their leases have ended
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool TakeTogether(List<OutboxLease> together)
    {
        together.Clear();
        while (together.Count < MaxTogether && _waiting.Reader.TryRead(out var lease))
        {
            together.Add(lease);
        }

        return together.Count > 0;
    }
}

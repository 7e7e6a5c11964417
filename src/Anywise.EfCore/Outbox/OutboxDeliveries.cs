using System.Threading.Channels;

namespace Anywise.EfCore.Outbox;

/// <summary>Deliveries that nobody waits for. There is only so much room: who finds none delivers himself. Thread-safe.</summary>
internal sealed class OutboxDeliveries(int maxConcurrency, Action<Exception> report) : IThreadPoolWorkItem
{
    private readonly Channel<Func<ValueTask>> _waiting = Channel.CreateBounded<Func<ValueTask>>(maxConcurrency * 16);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _isStopping;

    /// <summary>Takes a delivery over, unless there is no room or the process stops.</summary>
    public bool TryTake(Func<ValueTask> deliver)
    {
        if (_isStopping || !_waiting.Writer.TryWrite(deliver))
        {
            return false;
        }

        StartAnother();
        return true;
    }

    /// <summary>Returns when what has begun is done; the rest stays in the table, for the next process.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        Interlocked.MemoryBarrier(); // else the read may come before the write, and the last delivery see neither that it is waited for nor be seen
        return Volatile.Read(ref _running) == 0 ? Task.CompletedTask : _idle.Task;
    }

    private void StartAnother()
    {
        for (var running = Volatile.Read(ref _running); running < maxConcurrency; running = Volatile.Read(ref _running))
        {
            if (Interlocked.CompareExchange(ref _running, running + 1, running) == running)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false); // nothing of its starter's flows to it, and it comes after what waits longer
                return;
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            while (!_isStopping && _waiting.Reader.TryRead(out var deliver))
            {
                try
                {
                    await deliver().ConfigureAwait(false);
                }
                catch (Exception failure)
                {
                    report(failure);
                }
            }
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0 && _isStopping)
        {
            _idle.TrySetResult();
        }

        if (!_isStopping && _waiting.Reader.Count > 0)
        {
            StartAnother(); // it came after the last look
        }
    }
}

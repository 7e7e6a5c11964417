namespace Anywise.EfCore.Outbox;

/// <summary>
/// The signals between the relays of several processes. However many are asked for while one is sent, they are one. A signal that is lost costs time
/// only: relays look at the table now and then anyway. Thread-safe.
/// </summary>
internal sealed class OutboxSignals(OutboxSignal signal, OutboxDatabase database, TimeProvider time, Action<Exception> report)
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);
    private readonly string _sender = Guid.NewGuid().ToString("N");
    private int _wanted;

    public void Send()
    {
        if (Interlocked.Increment(ref _wanted) == 1)
        {
            _ = Detached.Run(SendWantedAsync);
        }
    }

    /// <summary>Calls back when another process has signalled, and when it may have done so unheard, until it is cancelled.</summary>
    public async Task ListenAsync(Action heard, CancellationToken stopping)
    {
        var isReported = false; // however long the database is away
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var context = database.Connect();
                await using (context.ConfigureAwait(false))
                {
                    await signal.ListenAsync(context, database.Table, _sender, Heard, stopping).ConfigureAwait(false);
                }
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (!isReported)
                {
                    report(failure);
                }

                isReported = true;
            }

            await Task.Delay(ReconnectDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Heard()
        {
            isReported = false;
            heard();
        }
    }

    private async Task SendWantedAsync()
    {
        var sent = 0;
        do
        {
            sent = Volatile.Read(ref _wanted);
            try
            {
                var context = database.Connect();
                await using (context.ConfigureAwait(false))
                {
                    await signal.SendAsync(context, database.Table, _sender).ConfigureAwait(false);
                }
            }
            catch (Exception failure)
            {
                report(failure);
            }
        }
        while (Interlocked.Add(ref _wanted, -sent) > 0);
    }
}

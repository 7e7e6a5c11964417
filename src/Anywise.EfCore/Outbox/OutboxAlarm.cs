namespace Anywise.EfCore.Outbox;

/// <summary>Wakes relays before their time. Rings that nobody waits for are one ring. Thread-safe.</summary>
/// <param name="others">Leads to the relays of other processes, if there is a way.</param>
internal sealed class OutboxAlarm(OutboxSignals? others)
{
    /// <summary>Timers take no more than 49 days, and who is woken early just looks once more.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private TaskCompletionSource _rung = New();

    public void Ring()
    {
        RingHere();
        others?.Send();
    }

    /// <summary>Wakes the relay of this process only.</summary>
    public void RingHere() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Rings here when another process rings, until it is cancelled.</summary>
    public Task ListenAsync(CancellationToken stopping) => others?.ListenAsync(RingHere, stopping) ?? Task.CompletedTask;

    /// <summary>Returns after a time, or a day if that is earlier, or when it rings or has rung since the last wait.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _rung).Task.WaitAsync(atMost < Longest ? atMost : Longest, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return;
        }

        Volatile.Write(ref _rung, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

namespace Anywise.EfCore.Outbox;

/// <summary>Lets asynchronous work in one after the other, in the order in which it came. Thread-safe.</summary>
internal sealed class OneAtATime
{
    private Task _last = Task.CompletedTask;

    public bool IsBusy => !Volatile.Read(ref _last).IsCompleted;

    public async Task RunAsync(Func<Task> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Interlocked.Exchange(ref _last, done.Task).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            done.SetResult();
        }
    }
}

namespace Anywise.EfCore.Delivering;

/// <summary>Runs asynchronous work for a synchronous caller: on the caller's thread, which waits only for what is still running.</summary>
internal static class Blocking
{
    /// <remarks>What continues on the caller's context or scheduler would wait for the thread that waits for it.</remarks>
    public static void Run<TState>(TState state, Func<TState, ValueTask> start)
    {
        var callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (TaskScheduler.Current == TaskScheduler.Default)
            {
                Wait(start(state));
            }
            else
            {
                var work = new Task(() => Wait(start(state)));
                work.RunSynchronously(TaskScheduler.Default);
                work.GetAwaiter().GetResult();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }

    private static void Wait(ValueTask running)
    {
        if (running.IsCompletedSuccessfully)
        {
            running.GetAwaiter().GetResult();
        }
        else
        {
            running.AsTask().GetAwaiter().GetResult();
        }
    }
}

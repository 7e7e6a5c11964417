namespace Anywise.EfCore.Delivering;

/// <summary>Runs asynchronous work for a synchronous caller: on the caller's thread, which waits only for what is still running.</summary>
internal static class Blocking
{
    public static void Run<TState>(TState state, Func<TState, ValueTask> start)
    {
        // Handlers that continue on the caller's context would wait for the thread that waits for them.
        var callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var running = start(state);
            if (running.IsCompletedSuccessfully)
            {
                running.GetAwaiter().GetResult();
            }
            else
            {
                running.AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }
}

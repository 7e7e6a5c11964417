using Anywise.EfCore.Collecting;

namespace Anywise.EfCore.Delivering;

/// <summary>Delivers for the synchronous <c>SaveChanges</c> and <c>Commit</c>: on the caller's thread, which waits only for what is still running.</summary>
internal static class BlockingDelivery
{
    public static void Run(IReadOnlyList<SavedEvents> saves)
    {
        if (saves.Count == 0)
        {
            return;
        }

        // Handlers that continue on the caller's context would wait for the thread that waits for them.
        var callers = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var delivery = Cascade.DeliverAsync(saves);
            if (!delivery.IsCompletedSuccessfully)
            {
                delivery.AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(callers);
        }
    }
}

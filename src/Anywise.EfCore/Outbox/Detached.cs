namespace Anywise.EfCore.Outbox;

/// <summary>Starts what outlives its starter, and so belongs to no activity, cascade or ambient transaction of his.</summary>
internal static class Detached
{
    public static Task Run(Func<Task> work) => Call(() => Task.Run(work));

    public static T Call<T>(Func<T> start)
    {
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return start();
    }
}

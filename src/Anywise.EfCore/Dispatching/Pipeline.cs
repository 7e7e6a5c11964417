using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>The chain of behaviors around one call of a handler.</summary>
internal static class Pipeline
{
    public static ValueTask<TResult> RunAsync<TResult>(
        BehaviorInvoker<TResult>[] around, MessageHandler<TResult> handler, IServiceProvider services, IMessage message, CancellationToken cancellationToken)
    {
        var next = handler;
        for (var innermost = around.Length - 1; innermost >= 0; innermost--)
        {
            next = around[innermost].Around(next, services, message);
        }

        return next(cancellationToken);
    }

    /// <summary>What has no answer is answered with <see cref="Unit"/>, without an allocation if it is complete.</summary>
    public static ValueTask<Unit> WithUnit(this ValueTask handling)
    {
        if (!handling.IsCompletedSuccessfully)
        {
            return AwaitAsync(handling);
        }

        handling.GetAwaiter().GetResult();
        return default;

        static async ValueTask<Unit> AwaitAsync(ValueTask handling)
        {
            await handling.ConfigureAwait(false);
            return default;
        }
    }
}

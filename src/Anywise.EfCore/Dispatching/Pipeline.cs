using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>The chain of behaviors around one call of a handler.</summary>
internal static class Pipeline
{
    /// <summary>Calls the behaviors from a place on, and behind them the handler.</summary>
    public static ValueTask<TResult> RunAsync<TResult>(
        BehaviorInvoker<TResult>[] around, int place, MessageHandler<TResult> handler, (IServiceProvider Services, IMessage Message) call, CancellationToken cancellationToken) =>
        around[place].HandleAsync(call.Services, call.Message, place + 1 == around.Length ? handler : From(around, place + 1, handler, call), cancellationToken);

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

    /// <summary>The other way round.</summary>
    public static ValueTask WithoutUnit(this ValueTask<Unit> handling)
    {
        if (!handling.IsCompletedSuccessfully)
        {
            return new ValueTask(handling.AsTask());
        }

        handling.GetAwaiter().GetResult();
        return default;
    }

    /// <summary>A method of its own, since what a lambda takes along is made where its method begins.</summary>
    private static MessageHandler<TResult> From<TResult>(
        BehaviorInvoker<TResult>[] around, int place, MessageHandler<TResult> handler, (IServiceProvider, IMessage) call) =>
        cancellationToken => RunAsync(around, place, handler, call, cancellationToken);
}

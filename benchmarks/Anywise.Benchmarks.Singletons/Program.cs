using Anywise.Benchmarks;
using Anywise.Benchmarks.Singletons;
using BenchmarkDotNet.Running;

if (args is not ["interleaved"])
{
    BenchmarkRunner.Run<ToASingleton>(args: args);
    return;
}

var send = new ToASingleton();
await Turns.CompareAsync(
    "Send to a singleton", 20_000, new Turn("by hand", Sum(send.ByHand)), new Turn("Anywise", Sum(send.Anywise)), new Turn("Mediator", Sum(send.ByMediator)));

// Without a task for each call, which would cost as much as the call.
static Func<int, Task> Sum(Func<ValueTask<int>> call) => async calls =>
{
    var sum = 0;
    for (var count = 0; count < calls; count++)
    {
        sum += await call();
    }

    ArgumentOutOfRangeException.ThrowIfNotEqual(sum, 2 * calls);
};

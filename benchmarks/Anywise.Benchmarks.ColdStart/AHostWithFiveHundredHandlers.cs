using Anywise.Domain;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.Benchmarks.ColdStart;

/// <summary>From nothing to the first answer, in a new process.</summary>
[SimpleJob(RunStrategy.ColdStart, launchCount: 21, warmupCount: 0, iterationCount: 1, invocationCount: 1)]
public class AHostWithFiveHundredHandlers
{
    private readonly string[] _arguments = [];

    /// <summary>What of it is none of the libraries.</summary>
    [Benchmark]
    public Task<int> Alone() => StartAsync(static services => services.AddTransient<Answer000>(), static async scope =>
        await scope.GetRequiredService<Answer000>().HandleAsync(new Ask000(1), default));

    [Benchmark]
    public Task<int> Anywise() => StartAsync(
        static services => services.AddAnywise(anywise => anywise.AddHandlersFrom<AHostWithFiveHundredHandlers>()),
        static async scope => await scope.GetRequiredService<IDispatcher>().SendAsync(new Ask000(1)));

    [Benchmark]
    public Task<int> AnywiseDispatcher() => StartAsync(
        static services => services.AddAnywiseDispatcher(anywise => anywise.AddHandlersFrom<AHostWithFiveHundredHandlers>()),
        static async scope => await scope.GetRequiredService<IDispatcher>().SendAsync(new Ask000(1)));

    [Benchmark(Baseline = true)]
    public Task<int> Mediator() => StartAsync(
        static services => services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Scoped),
        static async scope => await scope.GetRequiredService<global::Mediator.IMediator>().Send(new AskMediator000(1)));

    private async Task<int> StartAsync(Action<IServiceCollection> register, Func<IServiceProvider, Task<int>> ask)
    {
        var builder = Host.CreateApplicationBuilder(_arguments);
        register(builder.Services);
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        return await ask(scope.ServiceProvider);
    }
}

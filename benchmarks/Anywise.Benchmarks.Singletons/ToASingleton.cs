using System.Collections.Frozen;
using Anywise.Domain;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Benchmarks.Singletons;

/// <summary>A handler that is a singleton, one of twenty, in a scope that is there: nothing is allocated for the call.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
public class ToASingleton
{
    private readonly FrozenDictionary<Type, object> _invokers = typeof(Ask000).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(IQuery<int>)))
        .ToFrozenDictionary(type => type, _ => (object)new Invoker());

    private readonly Ask000 _ask = new(1);
    private readonly AskMediator000 _askMediator = new(1);
    private readonly IServiceProvider _scope;
    private readonly IDispatcher _dispatcher;
    private readonly Mediator.IMediator _mediator;

    public ToASingleton()
    {
        var services = new ServiceCollection();
        services.AddMediator(options => options.ServiceLifetime = ServiceLifetime.Singleton);
        services.AddSingleton<Answer000>().AddAnywise(anywise => anywise.AddHandlersFrom<Answer000>());
        _scope = services.BuildServiceProvider().CreateScope().ServiceProvider;
        _dispatcher = _scope.GetRequiredService<IDispatcher>();
        _mediator = _scope.GetRequiredService<Mediator.IMediator>();
    }

    [Benchmark(Baseline = true)]
    public ValueTask<int> ByHand() => Send(_ask);

    [Benchmark]
    public ValueTask<int> Anywise() => _dispatcher.SendAsync(_ask);

    [Benchmark]
    public ValueTask<int> ByMediator() => _mediator.Send(_askMediator);

    private ValueTask<TResult> Send<TResult>(IRequest<TResult> request) => ((Invoker<TResult>)_invokers[request.GetType()]).InvokeAsync(_scope, request);

    private abstract class Invoker<TResult>
    {
        public abstract ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request);
    }

    private sealed class Invoker : Invoker<int>
    {
        public override ValueTask<int> InvokeAsync(IServiceProvider services, IRequest<int> request) =>
            services.GetRequiredService<Answer000>().HandleAsync((Ask000)request, default);
    }
}

using Anywise.Domain;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Benchmarks.Dispatch;

/// <summary>
/// A message in a new scope, with scoped handlers that do nothing, as a request of an application has it; "by default" with transient ones, as
/// <c>AddHandlersFrom</c> registers them.
/// </summary>
[MemoryDiagnoser(displayGenColumns: false)]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class InANewScope
{
    private static readonly Limit ByHand = new();
    private readonly ServiceProvider _ours = Containers.Ours(ServiceLifetime.Scoped);
    private readonly ServiceProvider _oursByDefault = Containers.Ours(ServiceLifetime.Transient);
    private readonly ServiceProvider _mediator = Containers.Mediator();
    private readonly ServiceProvider _mediatR = Containers.MediatR();
    private readonly Ours.Ask _ask = new(1);
    private readonly Ours.AskGuarded _guarded = new(1);
    private readonly Theirs.Ask _askMediator = new(1);
    private readonly Theirs.AskGuarded _guardedMediator = new(1);
    private readonly Older.Ask _askMediatR = new(1);
    private readonly Older.AskGuarded _guardedMediatR = new(1);

    [Benchmark(Baseline = true), BenchmarkCategory("send")]
    public async Task<int> SendByHand()
    {
        using var scope = _ours.CreateScope();
        return await ByHand.SendAsync(scope.ServiceProvider, _ask);
    }

    [Benchmark, BenchmarkCategory("send")]
    public async Task<int> SendByHandAsAService()
    {
        using var scope = _ours.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<LimitAsAService>().SendAsync(_ask);
    }

    [Benchmark, BenchmarkCategory("send")]
    public async Task<int> SendByAnywise()
    {
        using var scope = _ours.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(_ask);
    }

    [Benchmark, BenchmarkCategory("send")]
    public async Task<int> SendByAnywiseByDefault()
    {
        using var scope = _oursByDefault.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(_ask);
    }

    [Benchmark, BenchmarkCategory("send")]
    public async Task<int> SendByMediator()
    {
        using var scope = _mediator.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<Mediator.IMediator>().Send(_askMediator);
    }

    [Benchmark, BenchmarkCategory("send")]
    public async Task<int> SendByMediatR()
    {
        using var scope = _mediatR.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(_askMediatR);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByHand()
    {
        using var scope = _ours.CreateScope();
        return await ByHand.SendAsync(scope.ServiceProvider, _guarded);
    }

    [Benchmark, BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByHandAsAService()
    {
        using var scope = _ours.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<LimitAsAService>().SendAsync(_guarded);
    }

    [Benchmark, BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByAnywise()
    {
        using var scope = _ours.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(_guarded);
    }

    [Benchmark, BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByAnywiseByDefault()
    {
        using var scope = _oursByDefault.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(_guarded);
    }

    [Benchmark, BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByMediator()
    {
        using var scope = _mediator.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<Mediator.IMediator>().Send(_guardedMediator);
    }

    [Benchmark, BenchmarkCategory("send + 1 behavior")]
    public async Task<int> SendGuardedByMediatR()
    {
        using var scope = _mediatR.CreateScope();
        return await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Send(_guardedMediatR);
    }
}

/// <summary>An event in a new scope, with scoped handlers that do nothing. Only Anywise gives each handler a scope of its own.</summary>
[MemoryDiagnoser(displayGenColumns: false)]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByParams)]
public class PublishedInANewScope
{
    private static readonly Limit ByHand = new();
    private readonly ServiceProvider _ours = Containers.Ours(ServiceLifetime.Scoped);
    private readonly ServiceProvider _oursByDefault = Containers.Ours(ServiceLifetime.Transient);
    private readonly ServiceProvider _mediator = Containers.Mediator();
    private readonly ServiceProvider _mediatR = Containers.MediatR();
    private IServiceScopeFactory _scopes = null!;
    private IEvent _event = null!;
    private Mediator.INotification _eventMediator = null!;
    private MediatR.INotification _eventMediatR = null!;

    [Params(1, 4)]
    public int Handlers { get; set; }

    [GlobalSetup]
    public void Choose()
    {
        _scopes = _ours.GetRequiredService<IServiceScopeFactory>();
        (_event, _eventMediator, _eventMediatR) = Handlers == 1
            ? ((IEvent)new Ours.ToldOne(), (Mediator.INotification)new Theirs.ToldOne(), (MediatR.INotification)new Older.ToldOne())
            : (new Ours.ToldFour(), new Theirs.ToldFour(), new Older.ToldFour());
    }

    [Benchmark(Baseline = true)]
    public async Task ByHandInOneScope()
    {
        using var scope = _ours.CreateScope();
        await ByHand.PublishAsync(scope.ServiceProvider, _event);
    }

    [Benchmark]
    public async Task ByHandInAScopeEach()
    {
        using var scope = _ours.CreateScope();
        await ByHand.PublishInScopesAsync(_scopes, _event);
    }

    [Benchmark]
    public async Task Anywise()
    {
        using var scope = _ours.CreateScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(_event);
    }

    [Benchmark]
    public async Task AnywiseByDefault()
    {
        using var scope = _oursByDefault.CreateScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(_event);
    }

    [Benchmark]
    public async Task ByMediator()
    {
        using var scope = _mediator.CreateScope();
        await scope.ServiceProvider.GetRequiredService<Mediator.IMediator>().Publish(_eventMediator);
    }

    [Benchmark]
    public async Task ByMediatR()
    {
        using var scope = _mediatR.CreateScope();
        await scope.ServiceProvider.GetRequiredService<MediatR.IMediator>().Publish(_eventMediatR);
    }
}

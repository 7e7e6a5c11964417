using System.Reflection;
using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls the one handler of a request without reflection.</summary>
internal abstract class RequestInvoker(Type requestType, Type handlerType)
{
    private int _attempts;

    public Type RequestType { get; } = requestType;

    public Type HandlerType { get; } = handlerType;

    /// <summary>How often the request may be tried in all.</summary>
    /// <exception cref="InvalidOperationException">It is to be tried again, but not even twice.</exception>
    public int Attempts => _attempts > 0 ? _attempts : _attempts = ReadAttempts();

    /// <summary>The handler as the container of this invoker has it.</summary>
    protected ScopeNeeds Needs { get; private set; } = ScopeNeeds.All;

    /// <summary>The invoker of a container, since another one may make the handler in another way.</summary>
    public RequestInvoker ForContainer(ScopeNeeds needs)
    {
        var invoker = (RequestInvoker)MemberwiseClone();
        invoker.Needs = needs;
        return invoker;
    }

    /// <summary>Calls the behaviors, and behind them the handler, whose answer nobody waits for.</summary>
    public abstract ValueTask InvokeAsync(BehaviorRegistry behaviors, IServiceProvider services, IMessage request, CancellationToken cancellationToken);

    /// <summary>The behaviors around the handler, the outermost first.</summary>
    public abstract IReadOnlyList<Type> BehaviorTypesIn(BehaviorRegistry behaviors);

    private int ReadAttempts() => RequestType.GetCustomAttribute<RetryOnConflictAttribute>()?.Attempts switch
    {
        null => 1,
        >= 2 and var attempts => attempts,
        var attempts => throw Errors.TooFewAttempts(RequestType, attempts.Value),
    };
}

/// <inheritdoc/>
internal abstract class RequestInvoker<TResult>(Type requestType, Type handlerType) : RequestInvoker(requestType, handlerType)
{
    private Surroundings? _surroundings;

    public override IReadOnlyList<Type> BehaviorTypesIn(BehaviorRegistry behaviors) => [.. behaviors.Of<TResult>(RequestType).Select(behavior => behavior.BehaviorType)];

    public override async ValueTask InvokeAsync(
        BehaviorRegistry behaviors, IServiceProvider services, IMessage request, CancellationToken cancellationToken) =>
        await InvokeAsync(behaviors, services, (IRequest<TResult>)request, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether the handler, or a behavior around it, could ask for the message; see <see cref="ScopeNeeds"/>.</summary>
    public bool CanAsk(BehaviorRegistry behaviors) => (_surroundings ?? Find(behaviors)).CanAsk;

    /// <summary>Calls the behaviors, and behind them the handler.</summary>
    public ValueTask<TResult> InvokeAsync(
        BehaviorRegistry behaviors, IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        var around = (_surroundings ?? Find(behaviors)).Behaviors;
        return around.Length == 0
            ? HandleAsync(services, request, cancellationToken)
            : BehindAsync(around, services, request, cancellationToken);
    }

    /// <summary>Calls the handler.</summary>
    protected abstract ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken);

    private Surroundings Find(BehaviorRegistry behaviors)
    {
        var around = behaviors.Of<TResult>(RequestType);
        return _surroundings = new(around, Needs.CanAsk || Array.Exists(around, behavior => behaviors.CanAsk(behavior.BehaviorType)));
    }

    private ValueTask<TResult> BehindAsync(
        BehaviorInvoker<TResult>[] around, IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        Pipeline.RunAsync(around, place: 0, inner => HandleAsync(services, request, inner), (services, request), cancellationToken);

    private sealed record Surroundings(BehaviorInvoker<TResult>[] Behaviors, bool CanAsk);
}

/// <inheritdoc/>
internal abstract class RequestInvoker<TResult, THandler>(Type requestType) : RequestInvoker<TResult>(requestType, typeof(THandler)) where THandler : class
{
    private THandler? _singleton;

    /// <summary>The handler in a scope. One that the container has only once is not looked for again.</summary>
    protected THandler HandlerIn(IServiceProvider services) => _singleton ?? Resolve(services);

    private THandler Resolve(IServiceProvider services)
    {
        var handler = services.GetRequiredService<THandler>();
        if (Needs.IsSingleton)
        {
            _singleton = handler;
        }

        return handler;
    }
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, THandler>() : RequestInvoker<Unit, THandler>(typeof(TCommand))
    where TCommand : ICommand
    where THandler : class, ICommandHandler<TCommand>
{
    protected override ValueTask<Unit> HandleAsync(IServiceProvider services, IRequest<Unit> request, CancellationToken cancellationToken) =>
        HandlerIn(services).HandleAsync((TCommand)request, cancellationToken).WithUnit();
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, TResult, THandler>() : RequestInvoker<TResult, THandler>(typeof(TCommand))
    where TCommand : ICommand<TResult>
    where THandler : class, ICommandHandler<TCommand, TResult>
{
    protected override ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        HandlerIn(services).HandleAsync((TCommand)request, cancellationToken);
}

/// <inheritdoc/>
internal sealed class QueryInvoker<TQuery, TResult, THandler>() : RequestInvoker<TResult, THandler>(typeof(TQuery))
    where TQuery : IQuery<TResult>
    where THandler : class, IQueryHandler<TQuery, TResult>
{
    protected override ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        HandlerIn(services).HandleAsync((TQuery)request, cancellationToken);
}

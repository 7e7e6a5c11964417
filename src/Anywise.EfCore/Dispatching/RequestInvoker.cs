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

    /// <summary>The container of this invoker has one instance of the handler.</summary>
    protected bool HandlerIsSingleton { get; private set; }

    /// <summary>The invoker of a container, since that may have one instance of the handler.</summary>
    public RequestInvoker ForContainer(bool handlerIsSingleton)
    {
        var invoker = (RequestInvoker)MemberwiseClone();
        invoker.HandlerIsSingleton = handlerIsSingleton;
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
    private BehaviorInvoker<TResult>[]? _around;

    public override IReadOnlyList<Type> BehaviorTypesIn(BehaviorRegistry behaviors) => [.. behaviors.Of<TResult>(RequestType).Select(behavior => behavior.BehaviorType)];

    public override async ValueTask InvokeAsync(
        BehaviorRegistry behaviors, IServiceProvider services, IMessage request, CancellationToken cancellationToken) =>
        await InvokeAsync(behaviors, services, (IRequest<TResult>)request, cancellationToken).ConfigureAwait(false);

    /// <summary>Calls the behaviors, and behind them the handler.</summary>
    public ValueTask<TResult> InvokeAsync(
        BehaviorRegistry behaviors, IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken)
    {
        var around = _around ?? Find(behaviors);
        return around.Length == 0
            ? HandleAsync(services, request, cancellationToken)
            : BehindAsync(around, services, request, cancellationToken);
    }

    /// <summary>Calls the handler.</summary>
    protected abstract ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken);

    private BehaviorInvoker<TResult>[] Find(BehaviorRegistry behaviors) => _around = behaviors.Of<TResult>(RequestType);

    private ValueTask<TResult> BehindAsync(
        BehaviorInvoker<TResult>[] around, IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        Pipeline.RunAsync(around, place: 0, inner => HandleAsync(services, request, inner), (services, request), cancellationToken);
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
        if (HandlerIsSingleton)
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

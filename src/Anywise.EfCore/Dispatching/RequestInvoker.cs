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
    public int Attempts => _attempts > 0 ? _attempts : _attempts = ReadAttempts();

    /// <summary>Calls the behaviors, and behind them the handler, whose answer nobody waits for.</summary>
    public abstract ValueTask InvokeAsync(BehaviorRegistry behaviors, IServiceProvider services, IMessage request, CancellationToken cancellationToken);

    /// <summary>The behaviors around the handler, the outermost first.</summary>
    public abstract IReadOnlyList<Type> BehaviorTypesIn(BehaviorRegistry behaviors);

    private int ReadAttempts() => RequestType.GetCustomAttribute<RetryOnConflictAttribute>()?.Attempts ?? 1;
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
        _around ??= behaviors.Of<TResult>(RequestType);
        return _around.Length == 0
            ? HandleAsync(services, request, cancellationToken)
            : BehindAsync(_around, services, request, cancellationToken);
    }

    /// <summary>Calls the handler.</summary>
    protected abstract ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken);

    private ValueTask<TResult> BehindAsync(
        BehaviorInvoker<TResult>[] around, IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        Pipeline.RunAsync(around, place: 0, inner => HandleAsync(services, request, inner), (services, request), cancellationToken);
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, THandler>() : RequestInvoker<Unit>(typeof(TCommand), typeof(THandler))
    where TCommand : ICommand
    where THandler : notnull, ICommandHandler<TCommand>
{
    protected override ValueTask<Unit> HandleAsync(IServiceProvider services, IRequest<Unit> request, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TCommand)request, cancellationToken).WithUnit();
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, TResult, THandler>() : RequestInvoker<TResult>(typeof(TCommand), typeof(THandler))
    where TCommand : ICommand<TResult>
    where THandler : notnull, ICommandHandler<TCommand, TResult>
{
    protected override ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TCommand)request, cancellationToken);
}

/// <inheritdoc/>
internal sealed class QueryInvoker<TQuery, TResult, THandler>() : RequestInvoker<TResult>(typeof(TQuery), typeof(THandler))
    where TQuery : IQuery<TResult>
    where THandler : notnull, IQueryHandler<TQuery, TResult>
{
    protected override ValueTask<TResult> HandleAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TQuery)request, cancellationToken);
}

using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls the one handler of a request without reflection.</summary>
internal abstract class RequestInvoker(Type handlerType)
{
    public Type HandlerType { get; } = handlerType;
}

/// <inheritdoc/>
internal abstract class RequestInvoker<TResult>(Type handlerType) : RequestInvoker(handlerType)
{
    public abstract ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken);
}

/// <summary>Calls the handler of a command that answers nothing, without making a result of it.</summary>
internal interface ICommandInvoker
{
    ValueTask InvokeAsync(IServiceProvider services, ICommand command, CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, THandler>() : RequestInvoker<Unit>(typeof(THandler)), ICommandInvoker
    where TCommand : ICommand
    where THandler : notnull, ICommandHandler<TCommand>
{
    public ValueTask InvokeAsync(IServiceProvider services, ICommand command, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TCommand)command, cancellationToken);

    public override async ValueTask<Unit> InvokeAsync(IServiceProvider services, IRequest<Unit> request, CancellationToken cancellationToken)
    {
        await InvokeAsync(services, (ICommand)request, cancellationToken).ConfigureAwait(false);
        return default;
    }
}

/// <inheritdoc/>
internal sealed class CommandInvoker<TCommand, TResult, THandler>() : RequestInvoker<TResult>(typeof(THandler))
    where TCommand : ICommand<TResult>
    where THandler : notnull, ICommandHandler<TCommand, TResult>
{
    public override ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TCommand)request, cancellationToken);
}

/// <inheritdoc/>
internal sealed class QueryInvoker<TQuery, TResult, THandler>() : RequestInvoker<TResult>(typeof(THandler))
    where TQuery : IQuery<TResult>
    where THandler : notnull, IQueryHandler<TQuery, TResult>
{
    public override ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request, CancellationToken cancellationToken) =>
        services.GetRequiredService<THandler>().HandleAsync((TQuery)request, cancellationToken);
}

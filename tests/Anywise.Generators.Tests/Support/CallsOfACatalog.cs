using Anywise.Domain;
using Anywise.Domain.Registration;

namespace Anywise.Generators.Tests.Support;

/// <summary>Writes down how a catalog is called.</summary>
internal sealed class CallsOfACatalog : IHandlerCatalog
{
    public List<string> Calls { get; } = [];

    public void AddCommandHandler<TCommand, THandler>()
        where TCommand : ICommand
        where THandler : class, ICommandHandler<TCommand> =>
        Calls.Add($"{typeof(THandler)} command {typeof(TCommand)}");

    public void AddCommandHandler<TCommand, TResult, THandler>()
        where TCommand : ICommand<TResult>
        where THandler : class, ICommandHandler<TCommand, TResult> =>
        Calls.Add($"{typeof(THandler)} command {typeof(TCommand)} {typeof(TResult)}");

    public void AddQueryHandler<TQuery, TResult, THandler>()
        where TQuery : IQuery<TResult>
        where THandler : class, IQueryHandler<TQuery, TResult> =>
        Calls.Add($"{typeof(THandler)} query {typeof(TQuery)} {typeof(TResult)}");

    public void AddEventHandler<TEvent, THandler>(int order)
        where TEvent : IEvent
        where THandler : class, IEventHandler<TEvent> =>
        Calls.Add($"{typeof(THandler)} event {typeof(TEvent)} {order}");

    public void AddBeforeCommitHandler<TEvent, THandler>(int order)
        where TEvent : IDomainEvent
        where THandler : class, IBeforeCommitHandler<TEvent> =>
        Calls.Add($"{typeof(THandler)} before commit {typeof(TEvent)} {order}");
}

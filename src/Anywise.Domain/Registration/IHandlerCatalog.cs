using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Anywise.Domain.Registration;

/// <summary>Takes down the handlers of an assembly, one call for each message that a class handles. Called by generated code only.</summary>
/// <remarks>Each call names its types, so that neither reflection nor code made at run time is needed to find and call a handler.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IHandlerCatalog
{
    /// <summary>Names the handler of a command that answers nothing.</summary>
    /// <typeparam name="TCommand">The command.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    void AddCommandHandler<TCommand, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TCommand : ICommand
        where THandler : class, ICommandHandler<TCommand>;

    /// <summary>Names the handler of a command that is answered.</summary>
    /// <typeparam name="TCommand">The command.</typeparam>
    /// <typeparam name="TResult">The answer.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    void AddCommandHandler<TCommand, TResult, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TCommand : ICommand<TResult>
        where THandler : class, ICommandHandler<TCommand, TResult>;

    /// <summary>Names the handler of a query.</summary>
    /// <typeparam name="TQuery">The query.</typeparam>
    /// <typeparam name="TResult">The answer.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    void AddQueryHandler<TQuery, TResult, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TQuery : IQuery<TResult>
        where THandler : class, IQueryHandler<TQuery, TResult>;

    /// <summary>Names a handler of an event after the commit.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="order">Its <see cref="HandlerOrderAttribute"/>, or 0.</param>
    void AddEventHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(int order)
        where TEvent : IEvent
        where THandler : class, IEventHandler<TEvent>;

    /// <summary>Names a handler of an event before the commit.</summary>
    /// <typeparam name="TEvent">The event.</typeparam>
    /// <typeparam name="THandler">The handler.</typeparam>
    /// <param name="order">Its <see cref="HandlerOrderAttribute"/>, or 0.</param>
    void AddBeforeCommitHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(int order)
        where TEvent : IDomainEvent
        where THandler : class, IBeforeCommitHandler<TEvent>;
}

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Anywise.Domain;
using Anywise.Domain.Registration;

namespace Anywise.EfCore.Dispatching;

/// <summary>Takes down handlers as generated code names them, or the <see cref="HandlerScan"/> where there is none.</summary>
internal sealed class HandlerCatalog : IHandlerCatalog
{
    private readonly Type? _only;
    private readonly List<Handler> _handlers = [];

    private HandlerCatalog(Type? only = null) => _only = only;

    /// <summary>The handlers of an assembly.</summary>
    /// <exception cref="InvalidOperationException">There is no generated code, and the assembly cannot be searched.</exception>
    public static IReadOnlyList<Handler> Of(Assembly assembly)
    {
        var catalog = new HandlerCatalog();
        if (HandlerCatalogs.Find(assembly) is { } describe)
        {
            describe(catalog);
        }
        else if (RuntimeFeature.IsDynamicCodeSupported) // false in ahead-of-time compiled code, from which this branch is cut
        {
            HandlerScan.Describe(assembly, catalog);
        }
        else
        {
            throw Errors.AssemblyHasNoCatalog(assembly);
        }

        return catalog._handlers;
    }

    /// <summary>What one class handles; nothing if it is no handler.</summary>
    /// <exception cref="InvalidOperationException">There is no generated code, and the class cannot be searched.</exception>
    public static IReadOnlyList<Handler> Of(Type handler)
    {
        var catalog = new HandlerCatalog(only: handler);
        HandlerCatalogs.Find(handler.Assembly)?.Invoke(catalog);
        if (catalog._handlers.Count > 0)
        {
            return catalog._handlers;
        }

        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw Errors.HandlerHasNoCatalog(handler);
        }

        HandlerScan.Describe(handler, catalog);
        return catalog._handlers;
    }

    public void AddCommandHandler<TCommand, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TCommand : ICommand
        where THandler : class, ICommandHandler<TCommand> =>
        Add<THandler>(typeof(TCommand), new CommandInvoker<TCommand, THandler>());

    public void AddCommandHandler<TCommand, TResult, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TCommand : ICommand<TResult>
        where THandler : class, ICommandHandler<TCommand, TResult> =>
        Add<THandler>(typeof(TCommand), new CommandInvoker<TCommand, TResult, THandler>());

    public void AddQueryHandler<TQuery, TResult, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where TQuery : IQuery<TResult>
        where THandler : class, IQueryHandler<TQuery, TResult> =>
        Add<THandler>(typeof(TQuery), new QueryInvoker<TQuery, TResult, THandler>());

    public void AddEventHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(int order)
        where TEvent : IEvent
        where THandler : class, IEventHandler<TEvent> =>
        Add<THandler>(typeof(TEvent), new EventInvoker<TEvent, THandler>(order));

    public void AddBeforeCommitHandler<TEvent, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(int order)
        where TEvent : IDomainEvent
        where THandler : class, IBeforeCommitHandler<TEvent> =>
        Add<THandler>(typeof(TEvent), new BeforeCommitInvoker<TEvent, THandler>(order));

    private void Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(Type message, object invoker)
    {
        if (_only is null || _only == typeof(THandler))
        {
            _handlers.Add(new Handler(typeof(THandler), message, invoker));
        }
    }
}

/// <summary>A class and one message that it handles.</summary>
internal sealed class Handler([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type, Type message, object invoker)
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    public Type Type { get; } = type;

    public Type Message { get; } = message;

    /// <summary>Calls the handler: a <see cref="RequestInvoker"/>, <see cref="EventInvoker"/> or <see cref="BeforeCommitInvoker"/>.</summary>
    public object Invoker { get; } = invoker;
}

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Anywise.Domain;
using Anywise.EfCore.Behaviors;
using Anywise.EfCore.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore;

/// <summary>What <c>AddAnywise</c> configures: the handlers, and how far their events may lead.</summary>
public sealed class AnywiseBuilder
{
    private const string ClosesTypes = "Closes generic types at run time. Use 'AddBehavior<TBehavior, TMessage, TResult>()' where code is compiled ahead of time.";

    private readonly List<Handler> _added = [];
    private Func<Exception, bool>? _isConflict;
    private Func<Exception, bool>? _isConflictOfContexts;
    private Func<IServiceCollection, bool>? _haveContextsWithoutScope;

    internal AnywiseBuilder(IServiceCollection services) => Services = services;

    internal IServiceCollection Services { get; }

    internal HandlerRegistry Handlers { get; } = new();

    /// <summary>How many events in a row may cause one another before the next one is no longer delivered, but logged with the whole chain.</summary>
    /// <value>32.</value>
    /// <remarks>The limit stops handlers that cause each other for ever; a long chain of business steps is better a chain of commands.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxCascadeDepth
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 32;

    /// <summary>Whether an aggregate that takes unsaved events out of its context makes an exception of it, instead of a warning in the log.</summary>
    /// <value>False.</value>
    /// <remarks>For tests: the exception comes out of whatever let the aggregate go, such as <c>Clear</c> or <c>Dispose</c>.</remarks>
    public bool ThrowOnLostEvents { get; set; }

    /// <summary>Answers whether a command with <see cref="RetryOnConflictAttribute"/> that failed so is worth another attempt.</summary>
    /// <value>True for a <c>DbUpdateConcurrencyException</c>; false with <c>AddAnywiseDispatcher</c> alone.</value>
    public Func<Exception, bool> IsConflict
    {
        get => _isConflict ?? _isConflictOfContexts ?? (static _ => false);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _isConflict = value;
        }
    }

    /// <summary>Whether there may be contexts, or the dispatcher alone.</summary>
    internal bool HasContexts => _haveContextsWithoutScope is not null;

    /// <summary>Registers every handler in the assembly of a type.</summary>
    /// <typeparam name="T">Any type of the assembly, such as <c>Program</c>.</typeparam>
    /// <exception cref="InvalidOperationException">The assembly has no handler, or a second one for a request.</exception>
    public AnywiseBuilder AddHandlersFrom<T>() => AddHandlersFrom(typeof(T).Assembly);

    /// <summary>Registers every handler in an assembly: its classes, public or not, that are neither abstract nor generic.</summary>
    /// <remarks>
    /// Takes the list that the generator of <c>Anywise.Domain</c> wrote into the assembly. Where there is none, because the assembly was compiled
    /// without it or has private handlers, it is searched by reflection; ahead-of-time compiled code cannot do that.
    /// </remarks>
    /// <param name="assembly">The assembly.</param>
    /// <exception cref="InvalidOperationException">The assembly has no handler, cannot be read, or has a second handler for a request.</exception>
    public AnywiseBuilder AddHandlersFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var handlers = HandlerCatalog.Of(assembly);
        return handlers.Count > 0 ? Add(handlers) : throw Errors.AssemblyHasNoHandlers(assembly);
    }

    /// <summary>Registers one handler; useful for a closed generic class, or in a test.</summary>
    /// <typeparam name="THandler">The handler. It is transient unless it is registered as a service already.</typeparam>
    /// <exception cref="InvalidOperationException">The class is no handler, or the second one for a request.</exception>
    public AnywiseBuilder AddHandler<THandler>() where THandler : class
    {
        var handlers = HandlerCatalog.Of(typeof(THandler));
        return handlers.Count > 0 ? Add(handlers) : throw Errors.NotAHandler(typeof(THandler));
    }

    /// <summary>Puts a behavior around the handlers of the messages that it names, inside those that are registered already.</summary>
    /// <typeparam name="TBehavior">A class that implements <see cref="IPipelineBehavior{TMessage,TResult}"/>; transient unless it is registered as a service already.</typeparam>
    /// <exception cref="InvalidOperationException">The class is no behavior.</exception>
    [RequiresDynamicCode(ClosesTypes)]
    [RequiresUnreferencedCode(ClosesTypes)]
    public AnywiseBuilder AddBehavior<TBehavior>() where TBehavior : class => AddBehavior(typeof(TBehavior));

    /// <summary>Puts a behavior around the handlers of the messages that it fits, inside those that are registered already.</summary>
    /// <param name="behavior">A class that implements <see cref="IPipelineBehavior{TMessage,TResult}"/>, also an open generic one such as <c>typeof(Audit&lt;,&gt;)</c>.</param>
    /// <exception cref="InvalidOperationException">
    /// The class is no behavior, names a message with another answer than it has, or has a type parameter that follows neither from the message nor from its result.
    /// </exception>
    [RequiresDynamicCode(ClosesTypes)]
    [RequiresUnreferencedCode(ClosesTypes)]
    public AnywiseBuilder AddBehavior(Type behavior)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        if (behavior is not { IsClass: true, IsAbstract: false } || !BehaviorScan.ContractsOf(behavior).Any())
        {
            throw Errors.NotABehavior(behavior);
        }

        if (behavior.IsGenericTypeDefinition && !GenericBehavior.CanBeClosed(behavior))
        {
            throw Errors.BehaviorCannotBeClosed(behavior);
        }

        foreach (var contract in BehaviorScan.ContractsOf(behavior).Where(contract => !contract.ContainsGenericParameters))
        {
            EnsureRuns(behavior, contract.GetGenericArguments()[0], contract.GetGenericArguments()[1]);
        }

        Handlers.Behaviors.Add(behavior.IsGenericTypeDefinition ? new OpenBehavior(behavior) : new ClosedBehavior(behavior, BehaviorScan.InvokersOf(behavior)));
        Services.TryAddTransient(behavior);
        return this;
    }

    /// <summary>As <see cref="AddBehavior{TBehavior}()"/>, without reflection.</summary>
    /// <typeparam name="TBehavior">The behavior.</typeparam>
    /// <typeparam name="TMessage">The message that it stands around, or a base of it.</typeparam>
    /// <typeparam name="TResult">The answer.</typeparam>
    /// <exception cref="InvalidOperationException">The message is answered with something else.</exception>
    public AnywiseBuilder AddBehavior<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TBehavior,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)] TMessage,
        TResult>()
        where TBehavior : class, IPipelineBehavior<TMessage, TResult>
        where TMessage : IMessage
    {
        EnsureRuns(typeof(TBehavior), typeof(TMessage), typeof(TResult));
        Handlers.Behaviors.Add(new ClosedBehavior(typeof(TBehavior), (typeof(TMessage), new BehaviorInvoker<TBehavior, TMessage, TResult>())));
        Services.TryAddTransient<TBehavior>();
        return this;
    }

    /// <summary>Logs each call of a handler, with its ids and its time; see <see cref="AddBehavior(Type)"/> for its place among others.</summary>
    /// <remarks>Never what a message contains. The time is measured by the <see cref="TimeProvider"/> of the container; event ids are 20, and 21 for a failure.</remarks>
    [RequiresDynamicCode(ClosesTypes)]
    [RequiresUnreferencedCode(ClosesTypes)]
    public AnywiseBuilder AddLoggingBehavior() => AddBehavior(typeof(LoggingBehavior<,>));

    /// <summary>Refuses commands and queries that break their own DataAnnotations with a <c>ValidationException</c> that names every error and member.</summary>
    /// <remarks>Those of its properties, and of the parameters of a record.</remarks>
    [RequiresDynamicCode(ClosesTypes)]
    [RequiresUnreferencedCode(ClosesTypes)]
    public AnywiseBuilder AddValidationBehavior() => AddBehavior(typeof(ValidationBehavior<,>));

    /// <summary>Lets the handlers of an event run side by side instead of one after the other.</summary>
    /// <typeparam name="TEvent">The event, or a base class or interface of several.</typeparam>
    /// <remarks>The order of handlers then means nothing; the next event still waits for all of them.</remarks>
    public AnywiseBuilder HandleConcurrently<TEvent>() where TEvent : IEvent
    {
        Handlers.HandleConcurrently(typeof(TEvent));
        return this;
    }

    /// <summary>What only those who know contexts can say.</summary>
    /// <param name="isConflict">What is a conflict, unless the application says something else.</param>
    /// <param name="haveContextsWithoutScope">Whether some of the services do not know in which scope they are used.</param>
    internal void UseContexts(Func<Exception, bool> isConflict, Func<IServiceCollection, bool> haveContextsWithoutScope) =>
        (_isConflictOfContexts, _haveContextsWithoutScope) = (isConflict, haveContextsWithoutScope);

    /// <summary>All services are registered.</summary>
    /// <exception cref="InvalidOperationException">There are before-commit handlers, and nothing that could save, or a hosted service takes a dispatcher.</exception>
    internal HandlerRegistry CompleteHandlers()
    {
        if (!HasContexts && Handlers.BeforeCommit.All is [var first, ..])
        {
            throw Errors.BeforeCommitHandlerWithoutContexts(first.HandlerType);
        }

        if (Services.FirstOrDefault(TakesDispatcher) is { ImplementationType: { } type })
        {
            throw Errors.DispatcherInHostedService(type);
        }

        return new HandlerRegistry(Handlers, new ContainerFacts(Services, _added, Handlers.Behaviors, _haveContextsWithoutScope?.Invoke(Services) == true));
    }

    /// <summary>A guard that never runs would be worse than none. Of a base or an interface that says nothing of its answer, any may be meant.</summary>
    private static void EnsureRuns(Type behavior, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)] Type message, Type result)
    {
        var answers = message.GetInterfaces().Append(message)
            .Where(contract => contract.IsConstructedGenericType && contract.GetGenericTypeDefinition() == typeof(IRequest<>))
            .Select(contract => contract.GetGenericArguments()[0])
            .Concat(message.IsAssignableTo(typeof(IEvent)) ? [typeof(Unit)] : [])
            .ToList();
        if (answers.Count > 0 && !answers.Contains(result))
        {
            throw Errors.BehaviorNeverRuns(behavior, message, result, answers[0]);
        }
    }

    private static bool TakesDispatcher(ServiceDescriptor service) =>
        !service.IsKeyedService && service.ServiceType == typeof(IHostedService)
        && service.ImplementationType?.GetConstructors().Any(constructor => constructor.GetParameters().Any(taken => taken.ParameterType == typeof(IDispatcher))) == true;

    private AnywiseBuilder Add(IReadOnlyList<Handler> handlers)
    {
        foreach (var handler in handlers)
        {
            Handlers.Add(handler);
            _added.Add(handler);
            Services.TryAddTransient(handler.Type);
        }

        return this;
    }
}

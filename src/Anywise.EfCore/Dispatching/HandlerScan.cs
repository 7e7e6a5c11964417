using System.Reflection;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Finds handlers by reflection, at start.</summary>
internal static class HandlerScan
{
    /// <summary>The handler interfaces and the invoker that calls each.</summary>
    private static readonly Dictionary<Type, Type> InvokerOf = new()
    {
        [typeof(ICommandHandler<>)] = typeof(CommandInvoker<,>),
        [typeof(ICommandHandler<,>)] = typeof(CommandInvoker<,,>),
        [typeof(IQueryHandler<,>)] = typeof(QueryInvoker<,,>),
        [typeof(IEventHandler<>)] = typeof(EventInvoker<,>),
        [typeof(IBeforeCommitHandler<>)] = typeof(BeforeCommitInvoker<,>),
    };

    /// <exception cref="InvalidOperationException">Some types of the assembly do not load.</exception>
    public static List<Type> HandlersIn(Assembly assembly)
    {
        try
        {
            return [.. assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && HandledBy(type).Any())];
        }
        catch (ReflectionTypeLoadException cause)
        {
            throw Errors.AssemblyCannotBeRead(assembly, cause);
        }
    }

    /// <summary>The messages that a class declares to handle.</summary>
    public static IEnumerable<Type> MessagesOf(Type handler) => ContractsOf(handler).Select(contract => contract.GetGenericArguments()[0]);

    /// <summary>The messages that a class handles, each with its invoker.</summary>
    public static IEnumerable<(Type Message, object Invoker)> HandledBy(Type handler) =>
        from contract in ContractsOf(handler)
        let invoker = InvokerOf[contract.GetGenericTypeDefinition()].MakeGenericType([.. contract.GetGenericArguments(), handler])
        select (contract.GetGenericArguments()[0], Activator.CreateInstance(invoker)!);

    private static IEnumerable<Type> ContractsOf(Type handler) =>
        handler.GetInterfaces().Where(contract => contract.IsGenericType && InvokerOf.ContainsKey(contract.GetGenericTypeDefinition()));
}

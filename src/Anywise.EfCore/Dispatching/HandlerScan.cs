using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Anywise.Domain;
using Anywise.Domain.Registration;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// Finds handlers by reflection, at start: of assemblies that were compiled without the generator, or with handlers that generated
/// code cannot name. Makes the calls that the generated code would make.
/// </summary>
[RequiresUnreferencedCode("Searches assemblies for handlers.")]
[RequiresDynamicCode("Makes generic methods of the types that it finds.")]
internal static class HandlerScan
{
    /// <summary>The handler interfaces, and the call that names a handler of each.</summary>
    private static readonly Dictionary<Type, MethodInfo> CallFor = new()
    {
        [typeof(ICommandHandler<>)] = Call(nameof(IHandlerCatalog.AddCommandHandler), typeArguments: 2),
        [typeof(ICommandHandler<,>)] = Call(nameof(IHandlerCatalog.AddCommandHandler), typeArguments: 3),
        [typeof(IQueryHandler<,>)] = Call(nameof(IHandlerCatalog.AddQueryHandler), typeArguments: 3),
        [typeof(IEventHandler<>)] = Call(nameof(IHandlerCatalog.AddEventHandler), typeArguments: 2, typeof(int)),
        [typeof(IBeforeCommitHandler<>)] = Call(nameof(IHandlerCatalog.AddBeforeCommitHandler), typeArguments: 2, typeof(int)),
    };

    /// <exception cref="InvalidOperationException">Some types of the assembly do not load.</exception>
    public static void Describe(Assembly assembly, IHandlerCatalog catalog)
    {
        foreach (var type in TypesOf(assembly).Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }))
        {
            Describe(type, catalog);
        }
    }

    public static void Describe(Type handler, IHandlerCatalog catalog)
    {
        var order = new Lazy<int>(() => handler.GetCustomAttribute<HandlerOrderAttribute>()?.Order ?? 0);
        foreach (var contract in handler.GetInterfaces().Where(contract => contract.IsGenericType))
        {
            if (CallFor.TryGetValue(contract.GetGenericTypeDefinition(), out var call))
            {
                call.MakeGenericMethod([.. contract.GetGenericArguments(), handler]).Invoke(catalog, call.GetParameters().Length == 0 ? null : [order.Value]);
            }
        }
    }

    /// <summary>The messages that a class declares to handle.</summary>
    public static IEnumerable<Type> MessagesOf(Type handler) =>
        from contract in handler.GetInterfaces()
        where contract.IsGenericType && CallFor.ContainsKey(contract.GetGenericTypeDefinition())
        select contract.GetGenericArguments()[0];

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException cause)
        {
            throw Errors.AssemblyCannotBeRead(assembly, cause);
        }
    }

    private static MethodInfo Call(string name, int typeArguments, params Type[] parameters) =>
        typeof(IHandlerCatalog).GetMethod(name, typeArguments, parameters)!;
}

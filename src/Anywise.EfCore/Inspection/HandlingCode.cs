using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Inspection;

/// <summary>
/// The code of a class that runs when it handles one of its messages: the method of the contract, its constructors, and what these run inside
/// of the class and its bases.
/// </summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal sealed class HandlingCode
{
    private readonly Type _handler;
    private readonly HashSet<Type> _own;
    private readonly HashSet<MethodBase> _methods = [];

    private HandlingCode(Type handler)
    {
        _handler = handler;
        _own = [.. SelfAndBases(handler).Concat(handler.GetInterfaces()).Select(DefinitionOf)];
    }

    /// <param name="handler">The class.</param>
    /// <param name="message">What it handles.</param>
    /// <param name="contracts">The interfaces that it may do so by.</param>
    public static IReadOnlyCollection<MethodBase> Of(Type handler, Type message, IReadOnlyCollection<Type> contracts)
    {
        var code = new HandlingCode(handler);
        var ofMessage = handler.GetInterfaces().Where(one =>
            one.IsGenericType && contracts.Contains(one.GetGenericTypeDefinition()) && one.GetGenericArguments()[0].IsAssignableFrom(message));
        foreach (var contract in MostSpecific.AllOf(ofMessage, one => one.GetGenericArguments()[0]))
        {
            code.Follow([.. handler.GetInterfaceMap(contract).TargetMethods, .. CodeReading.DeclaredIn(handler).OfType<ConstructorInfo>()]);
        }

        return code._methods;
    }

    public static IEnumerable<Type> SelfAndBases(Type type)
    {
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            yield return current;
        }
    }

    private void Follow(IEnumerable<MethodBase> methods)
    {
        var next = new Stack<MethodBase>(methods);
        while (next.TryPop(out var method))
        {
            if (_methods.Add(method))
            {
                foreach (var run in CodeReading.UsesIn(method).SelectMany(RunBy))
                {
                    next.Push(run);
                }
            }
        }
    }

    private IEnumerable<MethodBase> RunBy((OpCode Code, MemberInfo Used) use)
    {
        if (use.Used is not MethodBase used)
        {
            return [];
        }

        var called = use.Code == OpCodes.Callvirt || use.Code == OpCodes.Ldvirtftn ? OverrideOf(used) : used;
        return IsOwn(called.DeclaringType) ? StateMachinesIn(used).Append(called) : StateMachinesIn(used);
    }

    /// <summary>Whoever calls a virtual method of this class, or one of an interface that it implements, may mean this object.</summary>
    private MethodBase OverrideOf(MethodBase called)
    {
        if (called is not MethodInfo { IsVirtual: true, DeclaringType: { } declaring } method)
        {
            return called;
        }

        method = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        if (declaring.IsInterface)
        {
            if (!_handler.GetInterfaces().Contains(declaring))
            {
                return called;
            }

            var map = _handler.GetInterfaceMap(declaring);
            return map.TargetMethods.ElementAtOrDefault(Array.IndexOf(map.InterfaceMethods, method)) ?? called;
        }

        return Array.Find(
            _handler.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            one => one.GetBaseDefinition().HasSameMetadataDefinitionAs(method.GetBaseDefinition())) ?? called;
    }

    /// <summary>What the compiler makes of an asynchronous method or an iterator is made or started there, and then run by others.</summary>
    private IEnumerable<MethodBase> StateMachinesIn(MethodBase called) =>
        (called.IsGenericMethod ? called.GetGenericArguments() : [])
        .Append(called.DeclaringType)
        .OfType<Type>()
        .Where(type => type.Name.StartsWith('<') && IsOwn(type))
        .Where(type => type.IsAssignableTo(typeof(IAsyncStateMachine)) || type.IsAssignableTo(typeof(System.Collections.IEnumerator)))
        .SelectMany(CodeReading.DeclaredIn);

    /// <summary>Of the class, of its bases, or of what the compiler makes inside of them.</summary>
    private bool IsOwn(Type? type)
    {
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
        {
            type = outer;
        }

        return type is not null && _own.Contains(DefinitionOf(type));
    }

    private static Type DefinitionOf(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;
}

using System.Diagnostics.CodeAnalysis;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Finds out which closed type of a generic behavior stands around a message, if one does.</summary>
[RequiresDynamicCode("Closes generic types at run time.")]
[RequiresUnreferencedCode("Closes generic types at run time.")]
internal static class GenericBehavior
{
    /// <summary>Every parameter of the class has to follow from the message and its result.</summary>
    public static bool CanBeClosed(Type definition)
    {
        var named = BehaviorScan.ContractsOf(definition).SelectMany(contract => contract.GetGenericArguments()).SelectMany(ParametersIn).ToHashSet();
        return definition.GetGenericArguments().All(named.Contains);
    }

    public static Type? Close(Type definition, Type message, Type result) =>
        BehaviorScan.ContractsOf(definition).Select(contract => Close(definition, contract, message, result)).FirstOrDefault(closed => closed is not null);

    private static Type? Close(Type definition, Type contract, Type message, Type result)
    {
        var arguments = new Type[definition.GetGenericArguments().Length];
        if (!Binds(contract.GetGenericArguments()[0], message, arguments)
            || !Binds(contract.GetGenericArguments()[1], result, arguments)
            || arguments.Contains(null))
        {
            return null;
        }

        try
        {
            return definition.MakeGenericType(arguments);
        }
        catch (ArgumentException)
        {
            return null; // a constraint does not hold: the behavior is not meant for this message
        }
    }

    private static bool Binds(Type pattern, Type actual, Type?[] arguments)
    {
        if (pattern.IsGenericParameter)
        {
            return (arguments[pattern.GenericParameterPosition] ??= actual) == actual;
        }

        if (!pattern.ContainsGenericParameters)
        {
            return pattern.IsAssignableFrom(actual);
        }

        return SelfAndBases(actual)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == pattern.GetGenericTypeDefinition())
            .Any(type => BindsAll(pattern.GetGenericArguments(), type.GetGenericArguments(), arguments));
    }

    /// <summary>Leaves the arguments as they are if it fails halfway: another base of the message may fit.</summary>
    private static bool BindsAll(Type[] patterns, Type[] actuals, Type?[] arguments)
    {
        var bound = (Type?[])arguments.Clone();
        if (!patterns.Zip(actuals).All(pair => Binds(pair.First, pair.Second, bound)))
        {
            return false;
        }

        bound.CopyTo(arguments, 0);
        return true;
    }

    private static IEnumerable<Type> SelfAndBases(Type type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }

        foreach (var contract in type.GetInterfaces())
        {
            yield return contract;
        }
    }

    private static IEnumerable<Type> ParametersIn(Type type) =>
        type.IsGenericParameter ? [type] : type.IsGenericType ? type.GetGenericArguments().SelectMany(ParametersIn) : [];
}

/// <summary>Reads from a class which messages it stands around.</summary>
[RequiresDynamicCode("Closes generic types at run time.")]
[RequiresUnreferencedCode("Closes generic types at run time.")]
internal static class BehaviorScan
{
    public static IEnumerable<Type> ContractsOf(Type behavior) =>
        behavior.GetInterfaces().Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IPipelineBehavior<,>));

    /// <summary>The messages that a closed behavior stands around, each with its invoker.</summary>
    public static List<(Type Message, object Invoker)> InvokersOf(Type behavior) =>
    [
        .. from contract in ContractsOf(behavior)
           let arguments = contract.GetGenericArguments()
           let invoker = typeof(BehaviorInvoker<,,>).MakeGenericType(behavior, arguments[0], arguments[1])
           select (arguments[0], Activator.CreateInstance(invoker)!),
    ];
}

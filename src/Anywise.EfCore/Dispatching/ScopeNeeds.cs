using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// What a handler, or a behavior, could notice of its scope. What it could not is spared: a scope costs more than all the rest of a delivery, one more
/// service out of a scope more than all the rest of sending.
/// </summary>
internal readonly record struct ScopeNeeds
{
    /// <summary>The container has it only once.</summary>
    public bool IsSingleton { get; private init; }

    /// <summary>It takes something, by which it could ask for its message, or save something that the message causes.</summary>
    public bool CanAsk { get; private init; }

    /// <summary>It takes something that is no singleton, or the container keeps it or disposes it with the scope from which it came.</summary>
    public bool HasToHaveScope { get; private init; }

    /// <summary>Of a service that could be anything.</summary>
    public static ScopeNeeds All { get; } = new() { CanAsk = true, HasToHaveScope = true };

    /// <summary>Asked when all services are registered.</summary>
    public static ScopeNeeds Of(IServiceCollection services, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type)
    {
        var registered = LastOf(services, type);
        var isSingleton = registered?.Lifetime == ServiceLifetime.Singleton;
        if (registered?.ImplementationType != type || type.GetConstructors() is not [var constructor])
        {
            return isSingleton ? new() { IsSingleton = true, CanAsk = true } : All;
        }

        var taken = constructor.GetParameters();
        return new()
        {
            IsSingleton = isSingleton,
            CanAsk = taken.Length > 0,
            HasToHaveScope = registered.Lifetime == ServiceLifetime.Scoped || (!isSingleton && (IsDisposable(type) || !Array.TrueForAll(taken, IsSingleton))),
        };

        bool IsSingleton(ParameterInfo parameter) => !Attribute.IsDefined(parameter, typeof(FromKeyedServicesAttribute)) && IsSingletonIn(services, parameter.ParameterType);
    }

    private static bool IsSingletonIn(IServiceCollection services, Type type)
    {
        var registered = LastOf(services, type) ?? (type.IsConstructedGenericType ? LastOf(services, type.GetGenericTypeDefinition()) : null);
        return registered?.Lifetime == ServiceLifetime.Singleton;
    }

    /// <summary>Of several registrations the last is what the container takes.</summary>
    private static ServiceDescriptor? LastOf(IServiceCollection services, Type type) =>
        services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == type);

    private static bool IsDisposable(Type type) => type.IsAssignableTo(typeof(IDisposable)) || type.IsAssignableTo(typeof(IAsyncDisposable));
}

using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// What a handler, or a behavior, could tell from outside itself. What nobody could tell is spared: a scope costs more than all the rest of a
/// delivery, one more service out of a scope more than all the rest of sending.
/// </summary>
internal readonly record struct ScopeNeeds
{
    /// <summary>The container has it only once.</summary>
    public bool IsSingleton { get; private init; }

    /// <summary>It takes nothing.</summary>
    public bool TakesNothing { get; private init; }

    /// <summary>It takes singletons only, or nothing: it could not tell to which scope it belongs, nor ask that for the message.</summary>
    public bool TakesOnlySingletons { get; private init; }

    /// <summary>Whether it needs a scope: also where the container keeps it or disposes it with the scope from which it came.</summary>
    public bool HasToHaveScope { get; private init; }

    /// <summary>Of a service that could be anything.</summary>
    public static ScopeNeeds All { get; } = new() { HasToHaveScope = true };

    /// <summary>Asked when all services are registered.</summary>
    public static ScopeNeeds Of(IServiceCollection services, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type)
    {
        var registered = LastOf(services, type);
        if (registered is { Lifetime: ServiceLifetime.Singleton })
        {
            return new() { IsSingleton = true, TakesOnlySingletons = true };
        }

        if (registered?.ImplementationType != type || type.GetConstructors() is not [var constructor])
        {
            return All;
        }

        var taken = constructor.GetParameters();
        var takesOnlySingletons = Array.TrueForAll(
            taken, parameter => !Attribute.IsDefined(parameter, typeof(FromKeyedServicesAttribute)) && IsSingletonIn(services, parameter.ParameterType));
        return new()
        {
            TakesNothing = taken.Length == 0,
            TakesOnlySingletons = takesOnlySingletons,
            HasToHaveScope = registered.Lifetime != ServiceLifetime.Transient || IsDisposable(type) || !takesOnlySingletons,
        };
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

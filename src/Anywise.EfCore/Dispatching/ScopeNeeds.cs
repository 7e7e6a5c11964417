using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// Knows which handlers could tell whether they have a scope of their own. One that takes singletons only, or nothing, could not, and is spared
/// the scope: that costs more than all the rest of a delivery.
/// </summary>
internal static class ScopeNeeds
{
    /// <summary>Asked when all services are registered.</summary>
    public static bool HaveToScope(this IServiceCollection services, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type handler)
    {
        var registered = services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == handler);
        return registered switch
        {
            { Lifetime: ServiceLifetime.Singleton } => false,
            { Lifetime: ServiceLifetime.Transient } when registered.ImplementationType == handler => IsDisposable(handler) || !TakesOnlySingletons(services, handler),
            _ => true,
        };
    }

    /// <summary>Of several registrations the last is what the container takes.</summary>
    public static bool IsSingleton(this IServiceCollection services, Type type)
    {
        var registered = services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == type);
        registered ??= type.IsConstructedGenericType ? services.LastOrDefault(service => !service.IsKeyedService && service.ServiceType == type.GetGenericTypeDefinition()) : null;
        return registered?.Lifetime == ServiceLifetime.Singleton;
    }

    /// <summary>The container disposes such a handler with the scope that it came from.</summary>
    private static bool IsDisposable(Type handler) => handler.IsAssignableTo(typeof(IDisposable)) || handler.IsAssignableTo(typeof(IAsyncDisposable));

    private static bool TakesOnlySingletons(
        IServiceCollection services, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type handler) =>
        handler.GetConstructors() is [var constructor]
        && constructor.GetParameters().All(parameter => !Attribute.IsDefined(parameter, typeof(FromKeyedServicesAttribute)) && services.IsSingleton(parameter.ParameterType));
}

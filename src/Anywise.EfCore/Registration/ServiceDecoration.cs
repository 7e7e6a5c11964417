using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Anywise.EfCore.Registration;

/// <summary>Puts a service of ours in front of one that the database provider registers, whether <c>UseSqlite</c> and its like are called before or after us.</summary>
internal static class ServiceDecoration
{
    /// <summary>Does nothing where the provider has no such service, as one that is not relational has no transactions.</summary>
    public static void Decorate<TService, TDecorator>(this IServiceCollection services, IDbContextOptionsExtension? databaseProvider)
        where TService : class
        where TDecorator : class, TService
    {
        var inner = Registered<TService>(services) ?? ComingFrom<TService>(databaseProvider);
        if (inner is null)
        {
            return;
        }

        if (inner.ImplementationType is { } implementation)
        {
            services.TryAdd(new ServiceDescriptor(implementation, implementation, inner.Lifetime));
        }

        services.Add(new ServiceDescriptor(typeof(Decorated<TService>), context => new Decorated<TService>(Inner<TService>(inner, context)), inner.Lifetime));
        services.Add(new ServiceDescriptor(typeof(TService), typeof(TDecorator), inner.Lifetime));
    }

    /// <summary>The creator of the InMemory provider casts the database that it is given, so it has to get the provider's own.</summary>
    public static void KeepCreatorOf(this IServiceCollection services, IDbContextOptionsExtension? databaseProvider)
    {
        var creator = Registered<IDatabaseCreator>(services) ?? ComingFrom<IDatabaseCreator>(databaseProvider);
        if (creator?.ImplementationType is { } implementation && !implementation.IsAssignableTo(typeof(IRelationalDatabaseCreator)))
        {
            services.Add(new ServiceDescriptor(
                typeof(IDatabaseCreator),
                context => ActivatorUtilities.CreateInstance(context, implementation, context.GetRequiredService<Decorated<IDatabase>>().Inner),
                creator.Lifetime));
        }
    }

    private static ServiceDescriptor? Registered<TService>(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(TService));

    /// <summary>A provider only adds a service where none is yet, so its own would be missing if it came after us.</summary>
    private static ServiceDescriptor? ComingFrom<TService>(IDbContextOptionsExtension? databaseProvider)
    {
        var services = new ServiceCollection();
        databaseProvider?.ApplyServices(services);
        return Registered<TService>(services);
    }

    private static TService Inner<TService>(ServiceDescriptor descriptor, IServiceProvider context) =>
        (TService)(descriptor.ImplementationInstance
            ?? descriptor.ImplementationFactory?.Invoke(context)
            ?? context.GetRequiredService(descriptor.ImplementationType!));
}

/// <summary>The service that a decorator stands in front of.</summary>
internal sealed record Decorated<TService>(TService Inner);

using Anywise.Domain;
using Anywise.EfCore;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Inspection;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Registration;
using Anywise.EfCore.UnitOfWork;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers Anywise.</summary>
public static class AnywiseServiceCollectionExtensions
{
    /// <summary>Registers the dispatcher, the handlers of commands, queries and events, repositories and the unit of work. Modules may call it once each: their handlers add up.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Names the handlers and sets the options.</param>
    /// <exception cref="InvalidOperationException">A request has two handlers, or an assembly that was named has none.</exception>
    public static IServiceCollection AddAnywise(this IServiceCollection services, Action<AnywiseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        configure(services.FindAnywise() ?? services.RegisterAnywise());
        return services;
    }

    private static AnywiseBuilder? FindAnywise(this IServiceCollection services) =>
        services.FirstOrDefault(service => service.ServiceType == typeof(AnywiseBuilder))?.ImplementationInstance as AnywiseBuilder;

    private static AnywiseBuilder RegisterAnywise(this IServiceCollection services)
    {
        var builder = new AnywiseBuilder(services) { IsConflict = static failure => failure is DbUpdateConcurrencyException };
        services.AddSingleton(builder);
        services.AddSingleton(_ => builder.CompleteHandlers());
        services.AddSingleton<Delivery>();
        services.AddSingleton<DeliveryReports>();
        services.AddSingleton<BeforeCommitHandlers>();
        services.AddSingleton<RootServices>();
        services.AddSingleton<ConflictRetry>();
        services.AddSingleton<IConflicts, DatabaseConflicts>();
        services.AddSingleton<RegisteredContexts>();
        services.TryAddScoped(typeof(IRepository<,>), typeof(Repository<,>));
        services.TryAddScoped(typeof(IUnitOfWork<>), typeof(ContextUnitOfWork<>));
        services.TryAddScoped(scope => scope.GetRequiredService<RegisteredContexts>().UnitOfWorkOf(scope));
        services.AddSingleton<IAnywiseInspector, AnywiseInspector>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<IDispatcher, Dispatcher>();
        services.TryAddScoped(scope => new MessageContext(() => Dispatcher.Of(scope).CurrentMessage));
        services.AddSingleton<Outboxes>();
        services.AddSingleton(typeof(IOutbox<>), typeof(OutboxOf<>));
        services.AddHostedService<ContextCheck>();
        services.AddHostedService<OutboxRelays>();
        services.AddLogging();
        return builder;
    }
}

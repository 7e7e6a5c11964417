using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
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

        var anywise = services.FindAnywise() ?? services.RegisterDispatcher();
        if (!anywise.HasContexts)
        {
            services.RegisterContexts(anywise);
        }

        configure(anywise);
        return services;
    }

    /// <summary>Registers the dispatcher and the handlers without anything of EF Core, for an application that has no database or is compiled ahead of time.</summary>
    /// <remarks>A later <see cref="AddAnywise"/> adds what contexts need.</remarks>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Names the handlers and sets the options.</param>
    /// <exception cref="InvalidOperationException">A request has two handlers, or an assembly that was named has none.</exception>
    public static IServiceCollection AddAnywiseDispatcher(this IServiceCollection services, Action<AnywiseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        configure(services.FindAnywise() ?? services.RegisterDispatcher());
        return services;
    }

    private static AnywiseBuilder? FindAnywise(this IServiceCollection services) =>
        services.FirstOrDefault(service => service.ServiceType == typeof(AnywiseBuilder))?.ImplementationInstance as AnywiseBuilder;

    private static AnywiseBuilder RegisterDispatcher(this IServiceCollection services)
    {
        var builder = new AnywiseBuilder(services);
        services.AddSingleton(builder);
        services.AddSingleton(_ => builder.CompleteHandlers());
        services.AddSingleton<Delivery>();
        services.AddSingleton<DeliveryReports>();
        services.AddSingleton<ConflictRetry>();
        services.AddSingleton<DispatcherParts>();
        services.AddSingleton<IConflicts, KnownConflicts>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddTransient<IDispatcher, Dispatcher>();
        services.AddScoped<MessageStack>();
        services.TryAddScoped(static scope => scope.GetRequiredService<MessageStack>().ToContext());
        services.AddLogging();
        if (RuntimeFeature.IsDynamicCodeSupported) // the compiler takes all of this away where code is compiled ahead of time
        {
            services.RegisterInspector();
        }

        return builder;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What is trimmed away is missing in what the inspector tells, and nowhere else.")]
    private static void RegisterInspector(this IServiceCollection services) => services.AddSingleton<IAnywiseInspector, AnywiseInspector>();

    /// <summary>Nothing in front of this line reaches EF Core, so that ahead-of-time compiled code without contexts has none of it.</summary>
    private static void RegisterContexts(this IServiceCollection services, AnywiseBuilder builder)
    {
        builder.UseContexts(static failure => failure is DbUpdateConcurrencyException, RegisteredContexts.AnyWithoutScope);
        services.AddSingleton<BeforeCommitHandlers>();
        services.AddSingleton<RootServices>();
        services.Replace(ServiceDescriptor.Singleton<IConflicts, DatabaseConflicts>());
        services.AddSingleton<RegisteredContexts>();
        services.TryAddScoped(typeof(IRepository<,>), typeof(Repository<,>));
        services.TryAddScoped(typeof(IUnitOfWork<>), typeof(ContextUnitOfWork<>));
        services.TryAddScoped(scope => scope.GetRequiredService<RegisteredContexts>().UnitOfWorkOf(scope));
        services.AddSingleton<Outboxes>();
        services.AddSingleton(typeof(IOutbox<>), typeof(OutboxOf<>));
        services.AddHostedService<ContextCheck>();
        services.AddHostedService<OutboxRelays>();
    }
}

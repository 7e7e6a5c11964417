using Anywise.EfCore;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Switches Anywise on for a context.</summary>
public static class AnywiseDbContextOptionsBuilderExtensions
{
    /// <summary>Collects the events that tracked aggregates raise, and delivers them to their handlers after the commit.</summary>
    /// <remarks>
    /// Works in <c>AddDbContext</c>, <c>AddDbContextPool</c>, <c>AddDbContextFactory</c> and <c>OnConfiguring</c>. The handlers come from
    /// <c>AddAnywise</c> in the same container; a context that is created without a container takes <see cref="AddAnywiseEvents(DbContextOptionsBuilder, IServiceProvider, Action{AnywiseEventsBuilder})"/>.
    /// </remarks>
    /// <param name="options">The options of the context.</param>
    /// <param name="configure">Says how the events are delivered, such as <c>events => events.UseOutbox()</c>.</param>
    public static DbContextOptionsBuilder AddAnywiseEvents(this DbContextOptionsBuilder options, Action<AnywiseEventsBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.With(serviceProvider: null, configure);
    }

    /// <summary>Collects the events that tracked aggregates raise, and delivers them to the handlers of the given container after the commit.</summary>
    /// <param name="options">The options of the context.</param>
    /// <param name="serviceProvider">A container with <c>AddAnywise</c>; it has to live as long as the context.</param>
    /// <param name="configure">Says how the events are delivered.</param>
    public static DbContextOptionsBuilder AddAnywiseEvents(
        this DbContextOptionsBuilder options, IServiceProvider serviceProvider, Action<AnywiseEventsBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return options.With(serviceProvider, configure);
    }

    /// <inheritdoc cref="AddAnywiseEvents(DbContextOptionsBuilder, Action{AnywiseEventsBuilder})"/>
    /// <typeparam name="TContext">The context.</typeparam>
    public static DbContextOptionsBuilder<TContext> AddAnywiseEvents<TContext>(
        this DbContextOptionsBuilder<TContext> options, Action<AnywiseEventsBuilder>? configure = null)
        where TContext : DbContext
    {
        AddAnywiseEvents((DbContextOptionsBuilder)options, configure);
        return options;
    }

    /// <inheritdoc cref="AddAnywiseEvents(DbContextOptionsBuilder, IServiceProvider, Action{AnywiseEventsBuilder})"/>
    /// <typeparam name="TContext">The context.</typeparam>
    public static DbContextOptionsBuilder<TContext> AddAnywiseEvents<TContext>(
        this DbContextOptionsBuilder<TContext> options, IServiceProvider serviceProvider, Action<AnywiseEventsBuilder>? configure = null)
        where TContext : DbContext
    {
        AddAnywiseEvents((DbContextOptionsBuilder)options, serviceProvider, configure);
        return options;
    }

    private static DbContextOptionsBuilder With(this DbContextOptionsBuilder options, IServiceProvider? serviceProvider, Action<AnywiseEventsBuilder>? configure)
    {
        var events = new AnywiseEventsBuilder();
        configure?.Invoke(events);
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(new AnywiseOptionsExtension(serviceProvider, events.Outbox));
        return options;
    }
}

using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Microsoft.EntityFrameworkCore;

/// <summary>Switches Anywise on for a context.</summary>
public static class AnywiseDbContextOptionsBuilderExtensions
{
    /// <summary>Collects the events that tracked aggregates raise, and delivers them to their handlers after the commit.</summary>
    /// <remarks>
    /// Works in <c>AddDbContext</c>, <c>AddDbContextPool</c>, <c>AddDbContextFactory</c> and <c>OnConfiguring</c>. The handlers come from
    /// <c>AddAnywise</c> in the same container; a context that is created without a container takes <see cref="AddAnywiseEvents(DbContextOptionsBuilder, IServiceProvider)"/>.
    /// </remarks>
    /// <param name="options">The options of the context.</param>
    public static DbContextOptionsBuilder AddAnywiseEvents(this DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.With(new AnywiseOptionsExtension(serviceProvider: null));
    }

    /// <summary>Collects the events that tracked aggregates raise, and delivers them to the handlers of the given container after the commit.</summary>
    /// <param name="options">The options of the context.</param>
    /// <param name="serviceProvider">A container with <c>AddAnywise</c>; it has to live as long as the context.</param>
    public static DbContextOptionsBuilder AddAnywiseEvents(this DbContextOptionsBuilder options, IServiceProvider serviceProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return options.With(new AnywiseOptionsExtension(serviceProvider));
    }

    /// <inheritdoc cref="AddAnywiseEvents(DbContextOptionsBuilder)"/>
    /// <typeparam name="TContext">The context.</typeparam>
    public static DbContextOptionsBuilder<TContext> AddAnywiseEvents<TContext>(this DbContextOptionsBuilder<TContext> options)
        where TContext : DbContext
    {
        AddAnywiseEvents((DbContextOptionsBuilder)options);
        return options;
    }

    /// <inheritdoc cref="AddAnywiseEvents(DbContextOptionsBuilder, IServiceProvider)"/>
    /// <typeparam name="TContext">The context.</typeparam>
    public static DbContextOptionsBuilder<TContext> AddAnywiseEvents<TContext>(this DbContextOptionsBuilder<TContext> options, IServiceProvider serviceProvider)
        where TContext : DbContext
    {
        AddAnywiseEvents((DbContextOptionsBuilder)options, serviceProvider);
        return options;
    }

    private static DbContextOptionsBuilder With(this DbContextOptionsBuilder options, AnywiseOptionsExtension extension)
    {
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension(extension);
        return options;
    }
}

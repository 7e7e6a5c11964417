using Anywise.EfCore.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the outbox to the health checks of an application.</summary>
public static class AnywiseHealthChecksBuilderExtensions
{
    private static readonly TimeSpan DefaultAge = TimeSpan.FromMinutes(5);

    /// <summary>Reports whether the outbox of a context keeps up: degraded when a save that is due has been waiting for too long, unhealthy when it cannot be read.</summary>
    /// <remarks>Its data are the counts of <c>IOutbox</c>. Dead handlers alone do not degrade it: they wait for people.</remarks>
    /// <typeparam name="TContext">A registered context with <c>UseOutbox</c>.</typeparam>
    /// <param name="builder">The health checks.</param>
    /// <param name="degradedAfter">How long a save may wait; five minutes if null. After a crash it can be <c>Lease</c> and <c>PollingInterval</c>.</param>
    /// <param name="name">The name of the check; <c>outbox-</c> and the name of the context if null.</param>
    /// <param name="tags">What checks are filtered by.</param>
    public static IHealthChecksBuilder AddOutbox<TContext>(
        this IHealthChecksBuilder builder, TimeSpan? degradedAfter = null, string? name = null, IEnumerable<string>? tags = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name ?? $"outbox-{typeof(TContext).Name}",
            services => ActivatorUtilities.CreateInstance<OutboxHealth<TContext>>(services, degradedAfter ?? DefaultAge),
            failureStatus: null,
            tags));
    }
}

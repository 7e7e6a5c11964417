using Allocation.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Allocation.Health;

/// <summary>What an orchestrator asks: is the process alive, and can it work?</summary>
internal static class HealthEndpoints
{
    public static void AddAllocationHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddDbContextCheck<AllocationDbContext>("database")
        .AddOutbox<AllocationDbContext>(name: "outbox");

    public static void MapAllocationHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = $"{report.Status}",
        checks = report.Entries.ToDictionary(check => check.Key, check => $"{check.Value.Status}"),
    });
}

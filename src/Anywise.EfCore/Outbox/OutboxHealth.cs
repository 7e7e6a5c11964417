using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anywise.EfCore.Outbox;

/// <summary>Says whether relays keep up with an outbox.</summary>
internal sealed class OutboxHealth<TContext>(IOutbox<TContext> outbox, TimeSpan degradedAfter) : IHealthCheck where TContext : DbContext
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var counts = await outbox.CountAsync(cancellationToken).ConfigureAwait(false);
        var data = new Dictionary<string, object> { ["waiting"] = counts.Waiting, ["dead"] = counts.Dead };
        if (counts.OldestDue is { } age)
        {
            data["oldestDue"] = age;
        }

        return counts.OldestDue > degradedAfter
            ? HealthCheckResult.Degraded($"A save in the outbox of '{typeof(TContext).ReadableName()}' has been due for {counts.OldestDue}. Is a host with its relay running?", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Allocation.Outside.Redis;

/// <summary>Whether Redis answers.</summary>
internal sealed class RedisHealth(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await redis.GetDatabase().PingAsync().WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}

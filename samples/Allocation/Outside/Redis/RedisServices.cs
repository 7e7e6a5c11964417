using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Allocation.Outside.Redis;

/// <summary>Other systems are talked to through Redis, where it is configured; else what they would hear is written to the log.</summary>
internal static class RedisServices
{
    public static void AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IEventPublisher, LoggedEventPublisher>();
        if (ConnectionString(configuration) is not { } connectionString)
        {
            return;
        }

        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(Options(connectionString)));
        services.Replace(ServiceDescriptor.Singleton<IEventPublisher, RedisEventPublisher>());
        services.AddHostedService<RedisSubscriber>();
        services.AddHealthChecks().AddCheck<RedisHealth>("redis", HealthStatus.Degraded); // orders are taken all the same
    }

    internal static string? ConnectionString(IConfiguration configuration)
    {
        if (configuration["Redis:ConnectionString"] is { Length: > 0 } configured)
        {
            return configured;
        }

        return configuration["REDIS_HOST"] is { Length: > 0 } host ? $"{host}:{(host == "localhost" ? 63791 : 6379)}" : null;
    }

    /// <summary>Redis may come later than the application, and go. Nobody waits for it: the outbox calls again.</summary>
    private static ConfigurationOptions Options(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(1000);
        return options;
    }
}

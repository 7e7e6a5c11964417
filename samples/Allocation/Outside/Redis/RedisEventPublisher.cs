using System.Text.Json;
using StackExchange.Redis;

namespace Allocation.Outside.Redis;

/// <summary>Publishes on a channel of Redis, or throws; the outbox calls again the handler that it throws to, so that each event is published at least once.</summary>
internal sealed class RedisEventPublisher(IConnectionMultiplexer redis) : IEventPublisher
{
    public async ValueTask PublishAsync<TMessage>(string channel, TMessage message, CancellationToken cancellationToken) =>
        await redis.GetSubscriber().PublishAsync(RedisChannel.Literal(channel), JsonSerializer.Serialize(message)).WaitAsync(cancellationToken);
}

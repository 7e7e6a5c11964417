using System.Text.Json;
using System.Text.Json.Serialization;
using Allocation.Domain;
using Anywise.Domain;
using StackExchange.Redis;

namespace Allocation.Outside.Redis;

/// <summary>Turns what other systems publish on <c>change_batch_quantity</c> into commands, one after the other. A message that cannot be obeyed is logged and skipped.</summary>
internal sealed partial class RedisSubscriber(IConnectionMultiplexer redis, IServiceScopeFactory scopes, TimeProvider clock, ILogger<RedisSubscriber> logger)
    : BackgroundService
{
    private const string Channel = "change_batch_quantity";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in (await SubscribeAsync(stoppingToken)).WithCancellation(stoppingToken))
        {
            await ObeyAsync(message.Message.ToString(), stoppingToken);
        }
    }

    /// <summary>Waits for Redis. A subscription once made is renewed by the client library whenever it connects again.</summary>
    private async Task<ChannelMessageQueue> SubscribeAsync(CancellationToken stoppingToken)
    {
        for (; ; await Task.Delay(TimeSpan.FromSeconds(1), clock, stoppingToken))
        {
            try
            {
                return await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(Channel));
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                LogNotSubscribed(logger, Channel, failure.Message);
                await redis.GetSubscriber().UnsubscribeAsync(RedisChannel.Literal(Channel), flags: CommandFlags.FireAndForget); // the queue that we did not get
            }
        }
    }

    private async Task ObeyAsync(string message, CancellationToken cancellationToken)
    {
        if (Read(message) is not { } change)
        {
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new ChangeBatchQuantity(change.BatchRef, change.Qty), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, failure, Channel, message);
        }
    }

    private BatchQuantity? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize<BatchQuantity>(message, Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException malformed)
        {
            LogMalformed(logger, Channel, message, malformed.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not subscribed to {Channel} yet, for Redis does not answer: {Reason}")]
    private static partial void LogNotSubscribed(ILogger logger, string channel, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Skipped a message on {Channel} that is malformed: {Content}. {Reason}")]
    private static partial void LogMalformed(ILogger logger, string channel, string content, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Skipped a message on {Channel} that could not be obeyed: {Content}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string channel, string content);

    private sealed record BatchQuantity([property: JsonPropertyName("batchref")] string BatchRef, [property: JsonPropertyName("qty")] int Qty);
}

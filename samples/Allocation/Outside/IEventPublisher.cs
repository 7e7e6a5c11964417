using System.Text.Json;

namespace Allocation.Outside;

/// <summary>Tells other systems what happened.</summary>
public interface IEventPublisher
{
    /// <param name="channel">The channel that the others listen to.</param>
    /// <param name="message">Published as a JSON object.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask PublishAsync<TMessage>(string channel, TMessage message, CancellationToken cancellationToken);
}

/// <summary>Writes published events to the log.</summary>
internal sealed partial class LoggedEventPublisher(ILogger<LoggedEventPublisher> logger) : IEventPublisher
{
    public ValueTask PublishAsync<TMessage>(string channel, TMessage message, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(message);
        LogEvent(logger, channel, json);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published on {Channel}: {Content}")]
    private static partial void LogEvent(ILogger logger, string channel, string content);
}

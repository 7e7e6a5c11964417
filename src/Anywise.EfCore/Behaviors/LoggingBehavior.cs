using Anywise.Domain;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Behaviors;

/// <summary>Logs each call of a handler: the message, its ids, how long it took, and whether it failed. Never what the message contains.</summary>
internal sealed partial class LoggingBehavior<TMessage, TResult>(MessageContext context, TimeProvider time, ILogger<LoggingBehavior<TMessage, TResult>> logger)
    : IPipelineBehavior<TMessage, TResult>
    where TMessage : IMessage
{
    public async ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var result = await next(cancellationToken).ConfigureAwait(false);
            if (logger.IsEnabled(LogLevel.Information))
            {
                var elapsed = time.GetElapsedTime(started);
                var name = message.GetType().ReadableName();
                Handled(name, context.MessageId, context.CorrelationId, elapsed.TotalMilliseconds);
            }

            return result;
        }
        catch (Exception failure) when (logger.IsEnabled(LogLevel.Warning))
        {
            var elapsed = time.GetElapsedTime(started);
            var name = message.GetType().ReadableName();
            NotHandled(failure, name, context.MessageId, context.CorrelationId, elapsed.TotalMilliseconds);
            throw;
        }
    }

    [LoggerMessage(EventId = 20, EventName = "Handled", Level = LogLevel.Information, Message =
        "'{MessageType}' {MessageId} of {CorrelationId} was handled in {Milliseconds:0.0} ms.")]
    private partial void Handled(string messageType, Guid messageId, Guid correlationId, double milliseconds);

    [LoggerMessage(EventId = 21, EventName = "NotHandled", Level = LogLevel.Warning, Message =
        "'{MessageType}' {MessageId} of {CorrelationId} was not handled: it failed after {Milliseconds:0.0} ms.")]
    private partial void NotHandled(Exception failure, string messageType, Guid messageId, Guid correlationId, double milliseconds);
}

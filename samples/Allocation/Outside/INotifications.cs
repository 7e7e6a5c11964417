namespace Allocation.Outside;

/// <summary>Sends mail to people.</summary>
public interface INotifications
{
    ValueTask SendAsync(Mail mail, CancellationToken cancellationToken);
}

public sealed record Mail(string From, string To, string Subject, string Body);

/// <summary>Writes mails to the log.</summary>
internal sealed partial class LoggedNotifications(ILogger<LoggedNotifications> logger) : INotifications
{
    public ValueTask SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        LogMail(logger, mail.From, mail.To, mail.Subject, mail.Body);
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail from {From} to {To}, '{Subject}': {Body}")]
    private static partial void LogMail(ILogger logger, string from, string to, string subject, string body);
}

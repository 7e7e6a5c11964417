using MailKit.Net.Smtp;
using MimeKit;

namespace Allocation.Outside.Smtp;

public sealed record SmtpAddress(string Host, int Port);

/// <summary>Sends mails by SMTP, or throws; then the outbox calls the handler again.</summary>
internal sealed class SmtpNotifications(SmtpAddress server) : INotifications
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10); // who allocates waits for it

    public async ValueTask SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        using var message = new MimeMessage(
            [MailboxAddress.Parse(mail.From)], [MailboxAddress.Parse(mail.To)], mail.Subject, new TextPart("plain") { Text = mail.Body });
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        await client.ConnectAsync(server.Host, server.Port, cancellationToken: cancellationToken);
        await client.SendAsync(message, cancellationToken);
        await client.DisconnectAsync(quit: true, cancellationToken);
    }
}

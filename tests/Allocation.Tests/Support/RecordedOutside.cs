using System.Collections.Concurrent;
using Allocation.Outside;

namespace Allocation.Tests.Support;

/// <summary>Keeps what was mailed and published.</summary>
public sealed class RecordedOutside : INotifications, IEventPublisher
{
    private readonly ConcurrentQueue<Mail> _mails = new();
    private readonly ConcurrentQueue<(string Channel, object? Message)> _published = new();

    public IReadOnlyList<Mail> Mails => [.. _mails];

    public IReadOnlyList<(string Channel, object? Message)> Published => [.. _published];

    public ValueTask SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        _mails.Enqueue(mail);
        return ValueTask.CompletedTask;
    }

    public ValueTask PublishAsync<TMessage>(string channel, TMessage message, CancellationToken cancellationToken)
    {
        _published.Enqueue((channel, message));
        return ValueTask.CompletedTask;
    }
}

using Anywise.Domain;

namespace Anywise.EfCore.Outbox;

/// <summary>A command or event that no aggregate has raised.</summary>
/// <param name="message">The command or event.</param>
/// <param name="at">When it is to be delivered; null for at once, by the process that saves.</param>
internal sealed class EnqueuedMessage(IMessage message, DateTimeOffset? at) : RaisedEvent(message)
{
    public DateTimeOffset? At { get; } = at;
}

using Anywise.Domain;
using Anywise.EfCore.Collecting;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Anywise.EfCore.Outbox;

/// <summary>What the application has enqueued on one context. Its saves treat it as they treat the events of an aggregate.</summary>
/// <remarks>Lives as long as its context, also through the leases of a pooled one. As little thread-safe as the context.</remarks>
internal sealed class EnqueuedMessages(ContextEventSink sink, DeliveryRoute route) : IResettableService, IDisposable
{
    private readonly DomainEvents _messages = new();

    /// <exception cref="InvalidOperationException">It is a command without a handler.</exception>
    public void Add(IMessage message, DateTimeOffset? at)
    {
        if (message is not IEvent && !route.Outbox!.HasHandlers(message.GetType()))
        {
            throw Errors.NoHandler(message.GetType());
        }

        if (_messages.Sink is null)
        {
            _messages.Join(this, sink);
        }

        _messages.Add(new EnqueuedMessage(message, at));
    }

    /// <summary>What no save has taken is lost, and reported as events of an aggregate are.</summary>
    public void ResetState()
    {
        _messages.Join(this, sink: null);
        _messages.Forget();
    }

    public Task ResetStateAsync(CancellationToken cancellationToken = default)
    {
        ResetState();
        return Task.CompletedTask;
    }

    public void Dispose() => ResetState();
}

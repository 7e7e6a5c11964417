namespace Anywise.Domain;

/// <summary>Reacts to one kind of event, after the commit and in a scope of its own.</summary>
/// <remarks>
/// What it throws is logged and counted; it reaches neither the one who saved nor the other handlers of the event, because
/// the change that it reacts to is committed. A handler of a base class or interface gets every event derived from it.
/// </remarks>
/// <typeparam name="TEvent">The event.</typeparam>
public interface IEventHandler<in TEvent> where TEvent : IEvent
{
    /// <summary>Reacts to the event.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the host stops; never the token of the one who saved. For an event given to
    /// <see cref="IDispatcher.PublishAsync"/> it is the publisher's token.
    /// </param>
    ValueTask HandleAsync(TEvent @event, CancellationToken cancellationToken);
}

namespace Anywise.Domain;

/// <summary>Reacts to one kind of event inside the save that takes it: what it changes is saved with the rest, and what it throws aborts the save.</summary>
/// <remarks>
/// Works through the unit of work that is being saved, never by saving itself. Events that it raises are handled in the same save. In a
/// synchronous save it has to be complete when it returns. When the save is tried again it is called again.
/// </remarks>
/// <typeparam name="TEvent">The event.</typeparam>
public interface IBeforeCommitHandler<in TEvent> where TEvent : IDomainEvent
{
    /// <summary>Reacts to the event.</summary>
    /// <param name="event">What happened, and is not saved yet.</param>
    /// <param name="unitOfWork">What is being saved.</param>
    /// <param name="cancellationToken">The saver's token.</param>
    ValueTask HandleAsync(TEvent @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken);
}

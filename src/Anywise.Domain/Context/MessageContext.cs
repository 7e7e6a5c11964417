namespace Anywise.Domain;

/// <summary>
/// Tells of the message that is being handled: its id, what caused it, and what travels with it, from a request into its commands, from a
/// command into the events that it causes, and from an event into the commands that it causes.
/// </summary>
/// <remarks>Scoped: inject it into a handler; each handler of an event has items of its own. As thread-safe as its scope. Ids are made when they are first read.</remarks>
/// <seealso href="https://www.enterpriseintegrationpatterns.com/patterns/messaging/CorrelationIdentifier.html">Hohpe and Woolf, Correlation Identifier.</seealso>
public sealed class MessageContext
{
    private readonly Func<MessageFrame> _current;

    /// <summary>A context outside any dispatcher, as a unit test needs it.</summary>
    public MessageContext()
    {
        var frame = new MessageFrame(parent: null);
        _current = () => frame;
    }

    internal MessageContext(Func<MessageFrame> current) => _current = current;

    /// <summary>The id of the message: for a raised event the same in each of its handlers and in each attempt to deliver it.</summary>
    /// <value>A version-7 Guid. Outside any message: the id of the scope's own work, such as an HTTP request.</value>
    public Guid MessageId => _current().Id;

    /// <summary>The id of the message or request with which the chain of causes began, unless <see cref="Continue"/> set another.</summary>
    public Guid CorrelationId => _current().CorrelationId;

    /// <summary>The id of the message or request that caused this one; null at the beginning of a chain.</summary>
    public Guid? CausationId => _current().CausationId;

    /// <summary>How many messages and requests in a row led to this one; 0 at the beginning of a chain.</summary>
    public int Depth => _current().Depth;

    /// <summary>What was put here under a type, by the message itself or by one of its causes before they caused it.</summary>
    /// <typeparam name="TItem">The type under which it was put here.</typeparam>
    public TItem? Get<TItem>() where TItem : class => _current().Get<TItem>();

    /// <summary>Puts something here that travels with what the message causes from now on, such as the user or the tenant.</summary>
    /// <typeparam name="TItem">The type under which it is found; it replaces what was there.</typeparam>
    /// <param name="item">Immutable, since handlers on other threads read it, too.</param>
    public void Set<TItem>(TItem item) where TItem : class
    {
        ArgumentNullException.ThrowIfNull(item);
        _current().Set(item);
    }

    /// <summary>Continues a chain that began in another process, as the headers of a request say.</summary>
    /// <param name="correlationId">The id with which the chain began.</param>
    /// <param name="causationId">The id of the message that caused this work, if it is known.</param>
    public void Continue(Guid correlationId, Guid? causationId = null) => _current().Continue(correlationId, causationId);
}

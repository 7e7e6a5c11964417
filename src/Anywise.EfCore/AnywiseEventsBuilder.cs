namespace Anywise.EfCore;

/// <summary>Says how the events of a context are delivered.</summary>
public sealed class AnywiseEventsBuilder
{
    internal AnywiseEventsBuilder()
    {
    }

    internal OutboxOptions? Outbox { get; private set; }

    /// <summary>
    /// Stores events with the changes that raised them, so that a crash after the commit loses none: each is delivered until every one of its
    /// handlers has succeeded, or is given up.
    /// </summary>
    /// <remarks>
    /// Adds a table to the model, for which a migration is needed. Handlers can be called more than once, but what they save in a context of the same
    /// type is committed once. SQLite and PostgreSQL only.
    /// </remarks>
    /// <param name="configure">Sets options other than the defaults.</param>
    /// <seealso href="https://microservices.io/patterns/data/transactional-outbox.html">Chris Richardson, Transactional outbox.</seealso>
    public AnywiseEventsBuilder UseOutbox(Action<OutboxOptions>? configure = null)
    {
        Outbox ??= new OutboxOptions();
        configure?.Invoke(Outbox);
        return this;
    }
}

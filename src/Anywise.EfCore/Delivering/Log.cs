using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Delivering;

/// <summary>Every sentence that this package logs, except those of the logging behavior, which have the ids from 20 on.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, EventName = "HandlerFailed", Level = LogLevel.Error, Message =
        "'{Handler}' failed to handle '{Event}' {EventId}, raised {RaisedAt:o} by {Aggregate}. The change is committed and other handlers run; "
        + "this handler is not called again for this event.")]
    public static partial void HandlerFailed(
        ILogger logger, Exception failure, string handler, string @event, Guid eventId, DateTimeOffset raisedAt, string? aggregate);

    [LoggerMessage(EventId = 2, EventName = "CascadeIsTooDeep", Level = LogLevel.Error, Message =
        "'{Event}' {EventId} of {Aggregate} is not delivered, because {MaxCascadeDepth} events in a row led to it: {Chain}. "
        + "Break the circle of handlers, or raise 'MaxCascadeDepth' in 'AddAnywise'.")]
    public static partial void CascadeIsTooDeep(
        ILogger logger, string @event, Guid eventId, string? aggregate, int maxCascadeDepth, string chain);

    [LoggerMessage(EventId = 3, EventName = "OutcomeIsUnknown", Level = LogLevel.Warning, Message =
        "'{Event}' {EventId} of {Aggregate} is not delivered, because nobody can say whether its transaction was committed: it was ended past EF Core, "
        + "or its commit was not answered. Commit through the 'IDbContextTransaction' that 'UseTransaction' or 'BeginTransaction' returns.")]
    public static partial void OutcomeIsUnknown(ILogger logger, string @event, Guid eventId, string? aggregate);

    [LoggerMessage(EventId = 4, EventName = "EventsAreLost", Level = LogLevel.Warning, Message =
        "{Aggregate} left its context with unsaved events, which are not delivered: {Events}. Save before the context is disposed or cleared; "
        + "an aggregate that is not meant to be saved should not raise events.")]
    public static partial void EventsAreLost(ILogger logger, string aggregate, string events);

    [LoggerMessage(EventId = 5, EventName = "RaisedUntracked", Level = LogLevel.Warning, Message =
        "'{Event}' was raised by {Aggregate}, which came from a query without tracking, and is not delivered unless a context gets the aggregate. "
        + "Load it with tracking, or 'Attach' it.")]
    public static partial void RaisedUntracked(ILogger logger, string @event, string aggregate);

    [LoggerMessage(EventId = 6, EventName = "ContextHasNoAnywise", Level = LogLevel.Warning, Message =
        "'{Context}' has aggregates, but their events reach no handler, because its options lack 'AddAnywiseEvents'. Add '.AddAnywiseEvents()' where it is registered.")]
    public static partial void ContextHasNoAnywise(ILogger logger, string context);

    [LoggerMessage(EventId = 7, EventName = "EventIsNotMade", Level = LogLevel.Error, Message =
        "'{Event}' {EventId} of {Aggregate} is not delivered, because its factory failed when the save was committed already. "
        + "Let the factory only read keys.")]
    public static partial void EventIsNotMade(ILogger logger, Exception failure, string @event, Guid eventId, string aggregate);

    [LoggerMessage(EventId = 8, EventName = "ConflictWasSuppressed", Level = LogLevel.Warning, Message =
        "'{Event}' {EventId} of {Aggregate} is not delivered, because an interceptor suppressed a concurrency conflict, so that its row was not written. "
        + "Let 'SaveChanges' throw, load the aggregate again, and repeat the change.")]
    public static partial void ConflictWasSuppressed(ILogger logger, string @event, Guid eventId, string aggregate);

    [LoggerMessage(EventId = 9, EventName = "HandlerIsRetried", Level = LogLevel.Warning, Message =
        "'{Handler}' failed to handle '{Event}' {EventId} of {Aggregate} for the {Attempt}. time. The change is committed and other handlers run; "
        + "this handler is called again later.")]
    public static partial void HandlerIsRetried(
        ILogger logger, Exception failure, string handler, string @event, Guid eventId, string? aggregate, int attempt);

    [LoggerMessage(EventId = 10, EventName = "HandlerIsDead", Level = LogLevel.Error, Message =
        "'{Handler}' failed to handle '{Event}' {EventId} of {Aggregate} {Attempts} times and is given up. The event stays in the outbox; "
        + "mend the handler, and let 'IOutbox' try again.")]
    public static partial void HandlerIsDead(
        ILogger logger, Exception failure, string handler, string @event, Guid eventId, string? aggregate, int attempts);

    [LoggerMessage(EventId = 11, EventName = "OutboxFailed", Level = LogLevel.Error, Message =
        "The outbox of '{Context}' could not be read or written. Nothing in it is lost, and it is tried again; if its table is missing, "
        + "add a migration and run it.")]
    public static partial void OutboxFailed(ILogger logger, Exception failure, string context);

    [LoggerMessage(EventId = 12, EventName = "OutboxHasNoRelay", Level = LogLevel.Warning, Message =
        "The outbox of '{Context}' delivers at once, but nothing again: its contexts share one connection object. Hand a connection string to 'UseSqlite' or 'UseNpgsql'.")]
    public static partial void OutboxHasNoRelay(ILogger logger, string context);

    [LoggerMessage(EventId = 13, EventName = "HandlerHasOwnTransaction", Level = LogLevel.Information, Message =
        "'{Handler}' saves in a transaction of its own, which commits before the outbox knows that it has succeeded: if the process ends in between, it is "
        + "called again. Leave the transaction to the outbox for exactly once, or recognize repeated calls by 'MessageContext.MessageId'.")]
    public static partial void HandlerHasOwnTransaction(ILogger logger, string handler);

    [LoggerMessage(EventId = 14, EventName = "DeliveryFailed", Level = LogLevel.Error, Message =
        "Events were not handed to all their handlers, because something other than a handler failed. The change is committed. Events in an outbox are delivered "
        + "again when their lease has ended; of others, look whether something has to be made up for.")]
    public static partial void DeliveryFailed(ILogger logger, Exception failure);
}

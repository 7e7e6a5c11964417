using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Testing;

/// <summary>Every sentence that this package throws: what is wrong, why, and what to do now.</summary>
internal static class Errors
{
    public static DbUpdateException ExistsAlready(object added) => new(
        $"Nothing was saved, because '{added}' was added, but is stored already. Get it instead of adding it, or give the new one another identity.");

    public static DbUpdateConcurrencyException NotStored(object removed) => new(
        $"Nothing was saved, because '{removed}' was removed, but is not stored. Put it there first with 'Store', or get what is to be removed from the repository.");

    public static InvalidOperationException AnotherIsTracked(object one) => new(
        $"The unit of work has another object for '{one}' already, and would not know which of them to save. Change the one that 'GetAsync' returns.");

    public static InvalidOperationException HasNoId(object one) => new(
        $"'{one.GetType().ReadableName()}' was added without an identity, and its type of identity is none that is generated. Set 'Id' in its constructor.");

    public static InvalidOperationException NoAnswer(Type request, Type result) => new(
        $"'{request.ReadableName()}' was sent, but has neither a handler nor an answer here. Give it one: 'HandleWith(new {request.ReadableName()}Handler(...))', or "
        + $"'Answer(({request.ReadableName()} request) => ...)' with a '{result.ReadableName()}'.");

    public static ArgumentException EventsDoNotFail(Type @event) => new(
        $"'{@event.ReadableName()}' is an event: what its handlers throw does not reach the one who publishes it. Let a handler that fails be given to 'HandleWith'.");

    public static InvalidOperationException HandlerFailed(Type handler, IEvent @event, Exception failure) => new(
        $"'{handler.ReadableName()}' failed to handle '{@event.GetType().ReadableName()}': {failure.Message} What was committed stands, and the other handlers have run. An application "
        + "logs this and goes on; a test is told. If it is what the test is about, expect it.",
        failure);

    public static InvalidOperationException CascadeIsTooDeep(int limit, string chain) => new(
        $"An event is not delivered, because {limit} events in a row led to it: {chain}. Break the circle of handlers.");
}

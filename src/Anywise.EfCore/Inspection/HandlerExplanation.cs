using Anywise.Domain;
using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Inspection;

/// <summary>Why a handler gets a message, or why not.</summary>
internal static class HandlerExplanation
{
    public static string Of(Type handler, MessageDescription message, HandlerRegistry registry)
    {
        var (name, messageName) = (handler.ReadableName(), message.Message.ReadableName());
        if (message.Handlers.Contains(handler))
        {
            return $"'{name}' handles '{messageName}'.";
        }

        if (message.BeforeCommit.Contains(handler))
        {
            return $"'{name}' handles '{messageName}' before the commit.";
        }

        var handled = HandlerScan.MessagesOf(handler).ToList();
        var ofBase = message.Kind == MessageKind.Event || handled.Contains(message.Message) ? null : handled.Find(type => type.IsAssignableFrom(message.Message));
        return (handler, handled.Count, handled.Any(type => type.IsAssignableFrom(message.Message))) switch
        {
            ({ IsAbstract: true } or { IsGenericTypeDefinition: true }, _, _) =>
                $"'{name}' does not handle '{messageName}', because it is abstract or generic, so nobody can make one. Register a class that derives from it or closes it.",
            (_, 0, _) =>
                $"'{name}' does not handle '{messageName}', because it handles nothing. Implement '{HandlerContract.For(message.Message)}'.",
            (_, _, false) =>
                $"'{name}' does not handle '{messageName}': it handles {string.Join(", ", handled.Select(type => $"'{type.ReadableName()}'"))}. Implement '{HandlerContract.For(message.Message)}', too.",
            _ when ofBase is not null =>
                $"'{name}' does not handle '{messageName}': it handles '{ofBase.ReadableName()}', and a command or query goes to the handler of its own type, not to that of a base. "
                + $"Implement '{HandlerContract.For(message.Message)}', too.",
            _ when message.Kind != MessageKind.Event && message.Handlers is [var other] =>
                $"'{name}' does not handle '{messageName}', because '{other.ReadableName()}' does, and a command or query has exactly one handler. Remove one of them.",
            _ => $"'{name}' does not handle '{messageName}', because it is not registered. Add 'AddHandler<{name}>()', or 'AddHandlersFrom<{name}>()' for its whole assembly"
                + $"{(registry.KnowsAssemblyOf(handler) ? ", of which other handlers are registered one by one" : "")}.",
        };
    }
}

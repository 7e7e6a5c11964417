using System.Diagnostics.CodeAnalysis;
using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>What a class has to implement to handle a message, as it is written in C#.</summary>
internal static class HandlerContract
{
    public static string For(Type message)
    {
        if (message.IsAssignableTo(typeof(IEvent)))
        {
            return $"IEventHandler<{message.ReadableName()}>";
        }

        var kind = AnswerOf(message, typeof(IQuery<>)) is null ? "Command" : "Query";
        return message.IsAssignableTo(typeof(ICommand))
            ? $"ICommandHandler<{message.ReadableName()}>"
            : $"I{kind}Handler<{message.ReadableName()}, {AnswerOf(message, typeof(IRequest<>))?.ReadableArgument() ?? "R"}>";
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Where an interface of the message was cut away, the advice names no answer.")]
    private static Type? AnswerOf(Type message, Type contract) => Array.Find(
        message.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == contract)?.GetGenericArguments()[0];
}

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
            return $"IEventHandler<{NameOf(message)}>";
        }

        var kind = AnswerOf(message, typeof(IQuery<>)) is null ? "Command" : "Query";
        return message.IsAssignableTo(typeof(ICommand))
            ? $"ICommandHandler<{NameOf(message)}>"
            : $"I{kind}Handler<{NameOf(message)}, {(AnswerOf(message, typeof(IRequest<>)) is { } answer ? NameOf(answer) : "R")}>";
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Where an interface of the message was cut away, the advice names no answer.")]
    private static Type? AnswerOf(Type message, Type contract) => Array.Find(
        message.GetInterfaces(), one => one.IsGenericType && one.GetGenericTypeDefinition() == contract)?.GetGenericArguments()[0];

    private static string NameOf(Type type) => type switch
    {
        { IsArray: true } => $"{NameOf(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]",
        { IsGenericType: true } when type.Name.IndexOf('`', StringComparison.Ordinal) is > 0 and var end =>
            $"{type.Name[..end]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>",
        _ => type.Name,
    };
}

using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// Takes the message that is being handled to contexts that do not know their scope, because they come from a pool or a factory. Used only
/// where there are such contexts: an <see cref="AsyncLocal{T}"/> costs more than all the rest of sending.
/// </summary>
internal static class MessageFlow
{
    private static readonly AsyncLocal<MessageFrame?> Flowing = new();

    public static MessageFrame? Current => Flowing.Value;

    /// <summary>Call it in an asynchronous method: the end of that restores what was there.</summary>
    public static void Set(MessageFrame frame) => Flowing.Value = frame;
}

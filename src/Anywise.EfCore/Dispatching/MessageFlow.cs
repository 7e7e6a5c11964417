using Anywise.Domain;
using Anywise.EfCore.Delivering;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Dispatching;

/// <summary>
/// Takes the message that is being handled to contexts that do not know their scope, because they come from a pool or a factory. Used only
/// where there are such contexts: an <see cref="AsyncLocal{T}"/> costs more than all the rest of sending.
/// </summary>
internal static class MessageFlow
{
    private static readonly AsyncLocal<MessageFrame?> Flowing = new();

    /// <summary>The innermost message where this code runs, as far as that can be known without a scope.</summary>
    /// <param name="handled">The event in whose handler this code runs: what flows is older if it does not come from there.</param>
    public static MessageFrame? Within(CascadeStep? handled) =>
        Flowing.Value is { } flowing && (handled is null || flowing.IsWithin(handled.Raised)) ? flowing : handled?.Frame.ForHandler();

    /// <summary>Call it in an asynchronous method: the end of that restores what was there.</summary>
    public static void Set(MessageFrame frame) => Flowing.Value = frame;
}

/// <summary>Lets what the handler of an event says of it flow to contexts that do not know its scope.</summary>
internal sealed class FlowingEventInvoker(EventInvoker inner) : EventInvoker(inner.EventType, inner.HandlerType, inner.Order)
{
    protected override ValueTask HandleAsync(IServiceProvider services, IMessage message, CancellationToken cancellationToken)
    {
        MessageFlow.Set(services.GetRequiredService<MessageStack>().Current); // ends with the delivery, which is asynchronous for each handler
        return inner.InvokeAsync([], services, message, cancellationToken);
    }
}

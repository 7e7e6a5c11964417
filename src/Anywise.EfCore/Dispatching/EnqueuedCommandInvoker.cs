using Anywise.Domain;

namespace Anywise.EfCore.Dispatching;

/// <summary>Calls the one handler of a command that was enqueued, as if it handled an event.</summary>
internal sealed class EnqueuedCommandInvoker(RequestInvoker command, BehaviorRegistry behaviors) : EventInvoker(command.RequestType, command.HandlerType, order: 0)
{
    protected override ValueTask HandleAsync(IServiceProvider services, IMessage message, CancellationToken cancellationToken) =>
        command.InvokeAsync(behaviors, services, message, cancellationToken);
}

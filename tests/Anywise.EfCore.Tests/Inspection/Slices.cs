using Anywise.Domain;

namespace Anywise.EfCore.Tests.Inspection;

/// <summary>A slice: what belongs to one use case lies in one class, and has short names.</summary>
internal static class OpenTab
{
    internal sealed record Command : ICommand;

    internal sealed record Opened : IEvent;

    internal sealed class Handler(IDispatcher dispatcher) : ICommandHandler<Command>
    {
        public ValueTask HandleAsync(Command command, CancellationToken cancellationToken) => dispatcher.PublishAsync(new Opened(), cancellationToken);
    }

    internal sealed class Welcome : IEventHandler<Opened>
    {
        public ValueTask HandleAsync(Opened @event, CancellationToken cancellationToken) => throw new NotSupportedException("nobody is here");
    }
}

internal static class CloseTab
{
    internal sealed record Command : ICommand;

    internal sealed record Result<T>(T Value)
    {
        internal sealed class Part<TKey>;

        internal sealed class End;
    }
}

internal sealed record Changed<T>(T Value) : IEvent;

internal sealed class OnChanged<T> : IEventHandler<Changed<T>>
{
    public ValueTask HandleAsync(Changed<T> @event, CancellationToken cancellationToken) => default;
}

using Anywise.Domain;

namespace Anywise.EfCore.Tests.Inspection;

internal sealed class Door : AggregateRoot<int>
{
    public void Shut() => Raise(new DoorShut());
}

internal sealed record DoorOpened : IDomainEvent;

internal sealed record DoorShut : IDomainEvent;

internal sealed record CloseDoor(int Id) : ICommand;

internal readonly record struct LockDoor(int Id) : ICommand;

internal readonly record struct RingBell : ICommand;

internal sealed class CloseDoorHandler(Func<Door> find) : ICommandHandler<CloseDoor>
{
    public ValueTask HandleAsync(CloseDoor command, CancellationToken cancellationToken)
    {
        find().Shut();
        return default;
    }
}

/// <summary>What it does about the one event leads to the other, about which it does nothing.</summary>
internal sealed class ClosingPolicy(IDispatcher dispatcher) : IEventHandler<DoorOpened>, IEventHandler<DoorShut>
{
    public async ValueTask HandleAsync(DoorOpened @event, CancellationToken cancellationToken) => await dispatcher.SendAsync(new CloseDoor(1), cancellationToken);

    public ValueTask HandleAsync(DoorShut @event, CancellationToken cancellationToken) => default;
}

/// <summary>Closes what is shut, which is a loop, and does nothing about what is opened.</summary>
internal abstract class AroundDoors : IEventHandler<DoorOpened>, IEventHandler<DoorShut>
{
    public ValueTask HandleAsync(DoorOpened @event, CancellationToken cancellationToken) => default;

    public ValueTask HandleAsync(DoorShut @event, CancellationToken cancellationToken) => ShutAsync(cancellationToken);

    protected abstract ValueTask ShutAsync(CancellationToken cancellationToken);
}

internal sealed class ByOverride(IDispatcher dispatcher) : AroundDoors
{
    protected override async ValueTask ShutAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        await dispatcher.SendAsync(new CloseDoor(1), cancellationToken);
    }
}

internal sealed class ByPrivateMethod(IDispatcher dispatcher) : AroundDoors
{
    protected override ValueTask ShutAsync(CancellationToken cancellationToken) => CloseAsync(1);

    private async ValueTask CloseAsync(int id) => await dispatcher.SendAsync(new CloseDoor(id));
}

internal sealed class ByLambda(IDispatcher dispatcher) : AroundDoors
{
    protected override async ValueTask ShutAsync(CancellationToken cancellationToken)
    {
        foreach (var command in Enumerable.Range(1, 2).Select(static id => new CloseDoor(id)))
        {
            await dispatcher.SendAsync(command, cancellationToken);
        }
    }
}

internal sealed class ByIterator(IDispatcher dispatcher) : AroundDoors
{
    protected override async ValueTask ShutAsync(CancellationToken cancellationToken)
    {
        foreach (var command in Commands())
        {
            await dispatcher.SendAsync(command, cancellationToken);
        }
    }

    private static IEnumerable<CloseDoor> Commands()
    {
        yield return new CloseDoor(1);
    }
}

internal sealed class ByLocalFunction<T>(IDispatcher dispatcher) : AroundDoors
{
    protected override ValueTask ShutAsync(CancellationToken cancellationToken)
    {
        return CloseAsync();

        async ValueTask CloseAsync() => await dispatcher.SendAsync(new CloseDoor(typeof(T).Name.Length), cancellationToken);
    }
}

/// <summary>Values are not made with the instruction that makes objects.</summary>
internal sealed class Locking(IDispatcher dispatcher) : IEventHandler<DoorShut>
{
    public async ValueTask HandleAsync(DoorShut @event, CancellationToken cancellationToken)
    {
        var command = new LockDoor(2);
        await dispatcher.SendAsync(command, cancellationToken);
        await dispatcher.SendAsync(new RingBell(), cancellationToken);
    }
}

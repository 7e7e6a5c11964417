using Anywise.Domain;

namespace Anywise.Generators.Tests.Registration;

/// <summary>A handler of each kind, for which the compiler wrote a list into this assembly.</summary>
public sealed class HandlersOfThisAssembly
{
    public sealed record Order(string Name) : ICommand;

    public sealed record Reserve(string Name) : ICommand<int?>;

    public sealed record Find<T>(T Key) : IQuery<T>;

    public record Happened : IDomainEvent;

    public sealed record HappenedToday : Happened;

    internal sealed class OrderHandler : ICommandHandler<Order>
    {
        public ValueTask HandleAsync(Order command, CancellationToken cancellationToken) => default;
    }

    internal sealed class ReserveAndFind : ICommandHandler<Reserve, int?>, IQueryHandler<Find<(string Name, int[] Numbers)>, (string Name, int[] Numbers)>
    {
        public ValueTask<int?> HandleAsync(Reserve command, CancellationToken cancellationToken) => new(1);

        public ValueTask<(string Name, int[] Numbers)> HandleAsync(Find<(string Name, int[] Numbers)> query, CancellationToken cancellationToken) => new(query.Key);
    }

    [HandlerOrder(7)]
    internal class Late : IEventHandler<Happened>, IEventHandler<HappenedToday>
    {
        public ValueTask HandleAsync(Happened happened, CancellationToken cancellationToken) => default;

        public ValueTask HandleAsync(HappenedToday happened, CancellationToken cancellationToken) => default;
    }

    internal sealed class InheritsAll : Late;

    [HandlerOrder(-7)]
    internal sealed record Early : IBeforeCommitHandler<Happened>
    {
        public ValueTask HandleAsync(Happened happened, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => default;
    }

    internal sealed class OfAnyEvent<TEvent> : IEventHandler<TEvent> where TEvent : IEvent
    {
        public ValueTask HandleAsync(TEvent happened, CancellationToken cancellationToken) => default;
    }
}

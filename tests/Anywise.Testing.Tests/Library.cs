using Anywise.Domain;

namespace Anywise.Testing.Tests;

public sealed class Book : AggregateRoot<string>
{
    public Book(string title)
    {
        Id = title;
        Raise(new BookBought(title));
    }

    public void Lend() => Raise(new BookLent(Id));
}

public sealed class Member : AggregateRoot<Guid>;

public sealed class Shelf
{
    public required string Name { get; init; }
}

/// <summary>An aggregate whose base class is taken.</summary>
public sealed class Fine : IHasDomainEvents
{
    private readonly DomainEvents _events = new();

    DomainEvents IHasDomainEvents.DomainEvents => _events;

    public void Pay() => _events.Raise(new FinePaid());
}

public sealed record BookBought(string Title) : IDomainEvent;

public sealed record BookLent(string Title) : IDomainEvent;

public sealed record FinePaid : IDomainEvent;

public sealed record LendBook(string Title) : ICommand;

public sealed record CountBooks : IQuery<int>;

public sealed class LendBookHandler(IRepository<Book, string> books, IUnitOfWork unitOfWork) : ICommandHandler<LendBook>
{
    public async ValueTask HandleAsync(LendBook command, CancellationToken cancellationToken)
    {
        var book = await books.GetAsync(command.Title, cancellationToken) ?? throw new KeyNotFoundException(command.Title);
        book.Lend();
        await unitOfWork.CommitAsync(cancellationToken);
    }
}

public sealed class OtherLendBookHandler : ICommandHandler<LendBook>
{
    public ValueTask HandleAsync(LendBook command, CancellationToken cancellationToken) => default;
}

/// <summary>Notes what it handles.</summary>
public sealed class Notes(List<string> notes) : IEventHandler<IEvent>
{
    public ValueTask HandleAsync(IEvent @event, CancellationToken cancellationToken)
    {
        notes.Add($"{@event}");
        return default;
    }
}

[HandlerOrder(-1)]
public sealed class FirstNotes(List<string> notes) : IEventHandler<BookLent>
{
    public ValueTask HandleAsync(BookLent @event, CancellationToken cancellationToken)
    {
        notes.Add("first");
        return default;
    }
}

[HandlerOrder(-2)]
public sealed class Fails : IEventHandler<BookLent>
{
    public ValueTask HandleAsync(BookLent @event, CancellationToken cancellationToken) => throw new TimeoutException("The printer is out of paper.");
}

[HandlerOrder(-3)]
public sealed class FailsToo : IEventHandler<BookLent>
{
    public ValueTask HandleAsync(BookLent @event, CancellationToken cancellationToken) => throw new TimeoutException("So is this one.");
}

/// <summary>Says an event again, for ever.</summary>
public sealed class Echo(IUnitOfWork unitOfWork, IRepository<Book, string> books) : IEventHandler<BookLent>
{
    public async ValueTask HandleAsync(BookLent @event, CancellationToken cancellationToken)
    {
        (await books.GetAsync(@event.Title, cancellationToken))!.Lend();
        await unitOfWork.CommitAsync(cancellationToken);
    }
}

/// <summary>Publishes an event while another one is handled.</summary>
[HandlerOrder(-1)]
public sealed class Announces(IDispatcher dispatcher) : IEventHandler<BookLent>
{
    public ValueTask HandleAsync(BookLent @event, CancellationToken cancellationToken) => dispatcher.PublishAsync(new FinePaid(), cancellationToken);
}

using Anywise.Domain;

namespace Anywise.EfCore.Tests.Inspection;

internal sealed class Account : AggregateRoot<int>
{
    public Account() => Raise(new AccountOpened());

    public void Close()
    {
        Raise(new AccountClosed());
        Raise(() => new Forgotten());
    }
}

internal sealed record AccountOpened : IDomainEvent;

internal sealed record AccountClosed : IDomainEvent;

internal sealed record Forgotten : IDomainEvent;

[RetryOnConflict(attempts: 4)]
internal sealed record OpenAccount : ICommand;

internal sealed record CloseAccount : ICommand;

internal sealed record RenameAccount : ICommand<string>;

internal record Move : ICommand;

internal sealed record MoveFar : Move;

internal sealed record Owners : IQuery<Dictionary<int, string[]>>;

internal sealed record Balance : IQuery<int>;

internal sealed class OpenHandler : ICommandHandler<OpenAccount>
{
    public async ValueTask HandleAsync(OpenAccount command, CancellationToken cancellationToken)
    {
        await Task.Yield();
        _ = new Account();
    }
}

internal sealed class CloseHandler(Func<Account> find) : ICommandHandler<CloseAccount>
{
    public ValueTask HandleAsync(CloseAccount command, CancellationToken cancellationToken)
    {
        find().Close();
        return default;
    }
}

internal sealed class BalanceHandler : IQueryHandler<Balance, int>
{
    public ValueTask<int> HandleAsync(Balance query, CancellationToken cancellationToken) => new(0);
}

internal sealed class OtherBalanceHandler : IQueryHandler<Balance, int>
{
    public ValueTask<int> HandleAsync(Balance query, CancellationToken cancellationToken) => new(1);
}

internal sealed class Reopen(IDispatcher dispatcher) : IEventHandler<AccountClosed>
{
    public async ValueTask HandleAsync(AccountClosed @event, CancellationToken cancellationToken) => await dispatcher.SendAsync(new CloseAccount(), cancellationToken);
}

internal sealed class MoveHandler : ICommandHandler<Move>
{
    public ValueTask HandleAsync(Move command, CancellationToken cancellationToken) => default;
}

/// <summary>What it sends stands in a lambda that has a state machine inside of a class of its own.</summary>
internal sealed class MoveLater(IDispatcher dispatcher) : IEventHandler<Forgotten>
{
    public ValueTask HandleAsync(Forgotten @event, CancellationToken cancellationToken)
    {
        var (first, second) = (new Move(), dispatcher);
        Func<Task> move = async () =>
        {
            await second.SendAsync(first, cancellationToken);
            await second.SendAsync(new OpenAccount(), cancellationToken);
        };
        return new(move());
    }
}

internal sealed class Check : IBeforeCommitHandler<AccountClosed>
{
    public ValueTask HandleAsync(AccountClosed @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => default;
}

internal sealed class Audit : IEventHandler<AccountClosed>
{
    public ValueTask HandleAsync(AccountClosed @event, CancellationToken cancellationToken) => default;
}

internal sealed class Late : IEventHandler<AccountClosed>
{
    public ValueTask HandleAsync(AccountClosed @event, CancellationToken cancellationToken) => default;
}

internal abstract class Half : IEventHandler<AccountClosed>
{
    public ValueTask HandleAsync(AccountClosed @event, CancellationToken cancellationToken) => default;
}

internal sealed class Timing<TMessage, TResult> : IPipelineBehavior<TMessage, TResult> where TMessage : IMessage
{
    public ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken) => next(cancellationToken);
}

internal sealed class Guard : IPipelineBehavior<OpenAccount, Unit>
{
    public ValueTask<Unit> HandleAsync(OpenAccount message, MessageHandler<Unit> next, CancellationToken cancellationToken) => next(cancellationToken);
}

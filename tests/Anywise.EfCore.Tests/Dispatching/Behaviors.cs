using System.ComponentModel.DataAnnotations;
using Anywise.Domain;

namespace Anywise.EfCore.Tests.Dispatching;

internal interface IAudited : IMessage;

internal sealed record Double(int Number) : IQuery<int>;

internal sealed record Names : IQuery<List<string>>;

internal sealed record Note(string Text) : ICommand, IAudited;

internal sealed record Happened : IEvent;

internal sealed record Sign : ICommand
{
    [Required]
    public required string Name { get; init; }

    [System.ComponentModel.DataAnnotations.Range(18, 120)]
    public required int Age { get; init; }
}

internal sealed class DoubleHandler(List<string> steps) : IQueryHandler<Double, int>
{
    public async ValueTask<int> HandleAsync(Double query, CancellationToken cancellationToken)
    {
        await Task.Yield();
        steps.Add($"handle {query.Number}");
        return query.Number * 2;
    }
}

internal sealed class NamesHandler : IQueryHandler<Names, List<string>>
{
    public ValueTask<List<string>> HandleAsync(Names query, CancellationToken cancellationToken) => new([]);
}

internal sealed class NoteHandler(List<string> steps) : ICommandHandler<Note>
{
    public ValueTask HandleAsync(Note command, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(command.Text);
        steps.Add($"handle {command.Text}");
        return default;
    }
}

internal sealed class SignHandler(List<string> steps) : ICommandHandler<Sign>
{
    public ValueTask HandleAsync(Sign command, CancellationToken cancellationToken)
    {
        steps.Add($"sign {command.Name}");
        return default;
    }
}

internal sealed class OneHandler(List<string> steps) : IEventHandler<Happened>
{
    public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken)
    {
        steps.Add("one");
        return default;
    }
}

internal sealed class OtherHandler(List<string> steps) : IEventHandler<Happened>
{
    public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken)
    {
        steps.Add("other");
        return default;
    }
}

internal abstract class Around<TMessage, TResult>(List<string> steps, string name) : IPipelineBehavior<TMessage, TResult> where TMessage : IMessage
{
    public async ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken)
    {
        steps.Add($"{name} before {message.GetType().Name}");
        var result = await next(cancellationToken);
        steps.Add($"{name} after {message.GetType().Name}");
        return result;
    }
}

internal sealed class Outer<TMessage, TResult>(List<string> steps) : Around<TMessage, TResult>(steps, "outer") where TMessage : IMessage;

internal sealed class Inner<TMessage, TResult>(List<string> steps) : Around<TMessage, TResult>(steps, "inner") where TMessage : IMessage;

internal abstract class Before<TMessage, TResult>(List<string> steps, Func<TMessage, string> say) : IPipelineBehavior<TMessage, TResult> where TMessage : IMessage
{
    public ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken)
    {
        steps.Add(say(message));
        return next(cancellationToken);
    }
}

internal sealed class OnlyDouble(List<string> steps) : Before<Double, int>(steps, _ => "only double");

internal sealed class OnlyHappened(List<string> steps) : Before<Happened, Unit>(steps, _ => "only happened");

internal sealed class AuditedOnly(List<string> steps) : Before<IAudited, Unit>(steps, message => $"audit {message.GetType().Name}");

internal sealed class QueriesOnly<TQuery, TResult>(List<string> steps) : Before<TQuery, TResult>(steps, query => $"query {query.GetType().Name}")
    where TQuery : IQuery<TResult>;

internal sealed class ListsOf<TMessage, TItem>(List<string> steps) : Before<TMessage, List<TItem>>(steps, _ => $"list of {typeof(TItem).Name}")
    where TMessage : IMessage;

internal sealed class BaseAndSelf(List<string> steps) : IPipelineBehavior<IMessage, Unit>, IPipelineBehavior<Note, Unit>
{
    public ValueTask<Unit> HandleAsync(IMessage message, MessageHandler<Unit> next, CancellationToken cancellationToken)
    {
        steps.Add("as IMessage");
        return next(cancellationToken);
    }

    public ValueTask<Unit> HandleAsync(Note message, MessageHandler<Unit> next, CancellationToken cancellationToken)
    {
        steps.Add("as Note");
        return next(cancellationToken);
    }
}

internal sealed record Token(CancellationToken Other) : IQuery<CancellationToken>;

internal sealed class TokenHandler : IQueryHandler<Token, CancellationToken>
{
    public ValueTask<CancellationToken> HandleAsync(Token query, CancellationToken cancellationToken) => new(cancellationToken);
}

internal sealed class OwnToken : IPipelineBehavior<Token, CancellationToken>
{
    public ValueTask<CancellationToken> HandleAsync(Token message, MessageHandler<CancellationToken> next, CancellationToken cancellationToken) => next(message.Other);
}

internal sealed class Cached : IPipelineBehavior<Double, int>
{
    public ValueTask<int> HandleAsync(Double message, MessageHandler<int> next, CancellationToken cancellationToken) => new(-1);
}

internal sealed class Twice : IPipelineBehavior<Double, int>
{
    public async ValueTask<int> HandleAsync(Double message, MessageHandler<int> next, CancellationToken cancellationToken)
    {
        await next(cancellationToken);
        return await next(cancellationToken);
    }
}

internal sealed class Refusing : IPipelineBehavior<Note, Unit>
{
    public ValueTask<Unit> HandleAsync(Note message, MessageHandler<Unit> next, CancellationToken cancellationToken) => throw new UnauthorizedAccessException();
}

internal sealed class RefusingEvents : IPipelineBehavior<IEvent, Unit>
{
    public ValueTask<Unit> HandleAsync(IEvent message, MessageHandler<Unit> next, CancellationToken cancellationToken) => throw new UnauthorizedAccessException();
}

internal sealed class Unbound<TNothing> : IPipelineBehavior<Note, Unit>
{
    public ValueTask<Unit> HandleAsync(Note message, MessageHandler<Unit> next, CancellationToken cancellationToken) => next(cancellationToken);
}

internal sealed class Misguided : IPipelineBehavior<Double, string>
{
    public ValueTask<string> HandleAsync(Double message, MessageHandler<string> next, CancellationToken cancellationToken) => throw new UnauthorizedAccessException();
}

internal sealed class MisguidedByEvents : IPipelineBehavior<Happened, int>
{
    public ValueTask<int> HandleAsync(Happened message, MessageHandler<int> next, CancellationToken cancellationToken) => throw new UnauthorizedAccessException();
}

internal interface IOf<TOne, TOther> : IMessage;

internal sealed record Twofold : ICommand, IOf<string, string>, IOf<Version, int>;

internal sealed class TwofoldHandler : ICommandHandler<Twofold>
{
    public ValueTask HandleAsync(Twofold command, CancellationToken cancellationToken) => default;
}

internal sealed class OfOneBase<TOne>(List<string> steps) : Before<IOf<TOne, int>, Unit>(steps, _ => $"of {typeof(TOne).Name}");

internal sealed record Rate([System.ComponentModel.DataAnnotations.Range(1, 5)] int Stars) : ICommand;

internal sealed class RateHandler(List<string> steps) : ICommandHandler<Rate>
{
    public ValueTask HandleAsync(Rate command, CancellationToken cancellationToken)
    {
        steps.Add($"rate {command.Stars}");
        return default;
    }
}

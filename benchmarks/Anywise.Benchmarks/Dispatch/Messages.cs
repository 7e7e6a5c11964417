using Anywise.Domain;

namespace Anywise.Benchmarks.Dispatch;

/// <summary>The same messages and handlers for each library.</summary>
public static class Ours
{
    public sealed record Ask(int Number) : IQuery<int>;

    public sealed record AskGuarded(int Number) : IQuery<int>;

    public sealed record ToldOne : IEvent;

    public sealed record ToldFour : IEvent;

    public sealed class Answer : IQueryHandler<Ask, int>
    {
        public ValueTask<int> HandleAsync(Ask query, CancellationToken cancellationToken) => new(query.Number + 1);
    }

    public sealed class AnswerGuarded : IQueryHandler<AskGuarded, int>
    {
        public ValueTask<int> HandleAsync(AskGuarded query, CancellationToken cancellationToken) => new(query.Number + 1);
    }

    public sealed class Guard : IPipelineBehavior<AskGuarded, int>
    {
        public ValueTask<int> HandleAsync(AskGuarded message, MessageHandler<int> next, CancellationToken cancellationToken) => next(cancellationToken);
    }

    public sealed class Listen : IEventHandler<ToldOne>
    {
        public ValueTask HandleAsync(ToldOne @event, CancellationToken cancellationToken) => default;
    }

    public abstract class ListenToFour : IEventHandler<ToldFour>
    {
        public ValueTask HandleAsync(ToldFour @event, CancellationToken cancellationToken) => default;
    }

    public sealed class First : ListenToFour;

    public sealed class Second : ListenToFour;

    public sealed class Third : ListenToFour;

    public sealed class Fourth : ListenToFour;
}

/// <summary>For Mediator, which writes its dispatch at build time.</summary>
public static class Theirs
{
    public sealed record Ask(int Number) : Mediator.IRequest<int>;

    public sealed record AskGuarded(int Number) : Mediator.IRequest<int>;

    public sealed record ToldOne : Mediator.INotification;

    public sealed record ToldFour : Mediator.INotification;

    public sealed class Answer : Mediator.IRequestHandler<Ask, int>
    {
        public ValueTask<int> Handle(Ask request, CancellationToken cancellationToken) => new(request.Number + 1);
    }

    public sealed class AnswerGuarded : Mediator.IRequestHandler<AskGuarded, int>
    {
        public ValueTask<int> Handle(AskGuarded request, CancellationToken cancellationToken) => new(request.Number + 1);
    }

    public sealed class Guard : Mediator.IPipelineBehavior<AskGuarded, int>
    {
        public ValueTask<int> Handle(AskGuarded message, Mediator.MessageHandlerDelegate<AskGuarded, int> next, CancellationToken cancellationToken) =>
            next(message, cancellationToken);
    }

    public sealed class Listen : Mediator.INotificationHandler<ToldOne>
    {
        public ValueTask Handle(ToldOne notification, CancellationToken cancellationToken) => default;
    }

    public abstract class ListenToFour : Mediator.INotificationHandler<ToldFour>
    {
        public ValueTask Handle(ToldFour notification, CancellationToken cancellationToken) => default;
    }

    public sealed class First : ListenToFour;

    public sealed class Second : ListenToFour;

    public sealed class Third : ListenToFour;

    public sealed class Fourth : ListenToFour;
}

/// <summary>For MediatR 5.</summary>
public static class Older
{
    public sealed record Ask(int Number) : MediatR.IRequest<int>;

    public sealed record AskGuarded(int Number) : MediatR.IRequest<int>;

    public sealed record ToldOne : MediatR.INotification;

    public sealed record ToldFour : MediatR.INotification;

    public sealed class Answer : MediatR.IRequestHandler<Ask, int>
    {
        public Task<int> Handle(Ask request, CancellationToken cancellationToken) => Task.FromResult(request.Number + 1);
    }

    public sealed class AnswerGuarded : MediatR.IRequestHandler<AskGuarded, int>
    {
        public Task<int> Handle(AskGuarded request, CancellationToken cancellationToken) => Task.FromResult(request.Number + 1);
    }

    public sealed class Guard : MediatR.IPipelineBehavior<AskGuarded, int>
    {
        public Task<int> Handle(AskGuarded request, CancellationToken cancellationToken, MediatR.RequestHandlerDelegate<int> next) => next();
    }

    public sealed class Listen : MediatR.INotificationHandler<ToldOne>
    {
        public Task Handle(ToldOne notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public abstract class ListenToFour : MediatR.INotificationHandler<ToldFour>
    {
        public Task Handle(ToldFour notification, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public sealed class First : ListenToFour;

    public sealed class Second : ListenToFour;

    public sealed class Third : ListenToFour;

    public sealed class Fourth : ListenToFour;
}

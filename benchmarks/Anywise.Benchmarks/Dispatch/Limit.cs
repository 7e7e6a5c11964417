using System.Collections.Frozen;
using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.Benchmarks.Dispatch;

/// <summary>What one would write by hand: a frozen dictionary of typed invokers, and nothing else.</summary>
internal sealed class Limit
{
    private readonly FrozenDictionary<Type, object> _invokers = new Dictionary<Type, object>
    {
        [typeof(Ours.Ask)] = new Query<Ours.Ask, int, Ours.Answer>(),
        [typeof(Ours.AskGuarded)] = new Guarded(),
        [typeof(Ours.ToldOne)] = new Event[] { new Event<Ours.ToldOne, Ours.Listen>() },
        [typeof(Ours.ToldFour)] = new Event[]
        {
            new Event<Ours.ToldFour, Ours.First>(), new Event<Ours.ToldFour, Ours.Second>(), new Event<Ours.ToldFour, Ours.Third>(), new Event<Ours.ToldFour, Ours.Fourth>(),
        },
    }.ToFrozenDictionary();

    public ValueTask<TResult> SendAsync<TResult>(IServiceProvider services, IRequest<TResult> request) =>
        ((Request<TResult>)_invokers[request.GetType()]).InvokeAsync(services, request);

    /// <summary>All handlers in the scope of the caller.</summary>
    public async ValueTask PublishAsync(IServiceProvider services, IEvent @event)
    {
        foreach (var handler in (Event[])_invokers[@event.GetType()])
        {
            await handler.InvokeAsync(services, @event);
        }
    }

    /// <summary>Each handler in a scope of its own, as Anywise promises.</summary>
    public async ValueTask PublishInScopesAsync(IServiceScopeFactory scopes, IEvent @event)
    {
        foreach (var handler in (Event[])_invokers[@event.GetType()])
        {
            await using var scope = scopes.CreateAsyncScope();
            await handler.InvokeAsync(scope.ServiceProvider, @event);
        }
    }

    private abstract class Request<TResult>
    {
        public abstract ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request);
    }

    private sealed class Query<TQuery, TResult, THandler> : Request<TResult> where TQuery : IQuery<TResult> where THandler : notnull, IQueryHandler<TQuery, TResult>
    {
        public override ValueTask<TResult> InvokeAsync(IServiceProvider services, IRequest<TResult> request) =>
            services.GetRequiredService<THandler>().HandleAsync((TQuery)request, default);
    }

    private sealed class Guarded : Request<int>
    {
        public override ValueTask<int> InvokeAsync(IServiceProvider services, IRequest<int> request) => services.GetRequiredService<Ours.Guard>().HandleAsync(
            (Ours.AskGuarded)request, token => services.GetRequiredService<Ours.AnswerGuarded>().HandleAsync((Ours.AskGuarded)request, token), default);
    }

    private abstract class Event
    {
        public abstract ValueTask InvokeAsync(IServiceProvider services, IEvent @event);
    }

    private sealed class Event<TEvent, THandler> : Event where TEvent : IEvent where THandler : notnull, IEventHandler<TEvent>
    {
        public override ValueTask InvokeAsync(IServiceProvider services, IEvent @event) =>
            services.GetRequiredService<THandler>().HandleAsync((TEvent)@event, default);
    }
}

/// <summary>The same as an application would have to inject it: a scoped service that knows its scope, and nothing else.</summary>
internal sealed class LimitAsAService(IServiceProvider scope)
{
    private static readonly Limit Limit = new();

    public ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request) => Limit.SendAsync(scope, request);
}

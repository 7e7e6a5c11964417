using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>The application puts a dispatcher of its own in front of ours, or in its place.</summary>
public sealed class ADispatcherOfTheApplication : ShopTest
{
    private readonly List<string> _sent = [];

    [Test]
    public async Task In_front_of_ours_sees_what_is_sent_and_leaves_the_contexts_as_they_are()
    {
        await using var services = Build(InFront);
        await using var scope = services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();
        request.Set(new User("Ada"));

        var seen = await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Look());

        Assert.That(_sent, Is.EqualTo(new[] { "Look" }));
        Assert.That(seen, Is.EqualTo((request.MessageId, 1, "Ada")));
        Assert.That(request.Depth, Is.Zero);
    }

    [Test]
    public async Task In_front_of_ours_leaves_the_event_the_cause_of_what_its_handler_sends()
    {
        var answers = new List<(Guid? Cause, int Depth, string? User)>();
        Guid? eventId = null;
        Seen.WhenHandled = async (_, services, cancellationToken) =>
        {
            eventId = services.GetRequiredService<MessageContext>().MessageId;
            answers.Add(await services.GetRequiredService<IDispatcher>().SendAsync(new Look(), cancellationToken));
        };
        await using var services = Build(InFront);
        await using var scope = services.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Announced());

        Assert.That(answers, Is.EqualTo(new[] { (eventId, 2, (string?)null) }));
    }

    [Test]
    public async Task In_place_of_ours_leaves_one_context_to_its_scope()
    {
        await using var services = Build(services => services.AddScoped<IDispatcher, Silent>());
        await using var scope = services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();

        request.Set(new User("Ada"));

        Assert.That(new[] { request.MessageId, request.MessageId }.Distinct().Count(), Is.EqualTo(1));
        Assert.That(request.Get<User>(), Is.EqualTo(new User("Ada")));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<LookHandler>();

    private void InFront(IServiceCollection services)
    {
        var ours = services.Last(service => service.ServiceType == typeof(IDispatcher)).ImplementationType!;
        services.AddScoped<IDispatcher>(scope => new Telling(_sent, (IDispatcher)ActivatorUtilities.CreateInstance(scope, ours)));
    }

    private sealed record User(string Name);

    private sealed record Announced : IEvent;

    private sealed record Look : IQuery<(Guid? Cause, int Depth, string? User)>;

    private sealed class LookHandler(MessageContext context) : IQueryHandler<Look, (Guid? Cause, int Depth, string? User)>
    {
        public ValueTask<(Guid? Cause, int Depth, string? User)> HandleAsync(Look query, CancellationToken cancellationToken) =>
            new((context.CausationId, context.Depth, context.Get<User>()?.Name));
    }

    private sealed class Telling(List<string> sent, IDispatcher inner) : IDispatcher
    {
        public ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default)
        {
            sent.Add(command.GetType().Name);
            return inner.SendAsync(command, cancellationToken);
        }

        public ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default)
        {
            sent.Add(request.GetType().Name);
            return inner.SendAsync(request, cancellationToken);
        }

        public ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default) => inner.PublishAsync(@event, cancellationToken);
    }

    private sealed class Silent : IDispatcher
    {
        public ValueTask SendAsync(ICommand command, CancellationToken cancellationToken = default) => default;

        public ValueTask<TResult> SendAsync<TResult>(IRequest<TResult> request, CancellationToken cancellationToken = default) => new(default(TResult)!);

        public ValueTask PublishAsync(IEvent @event, CancellationToken cancellationToken = default) => default;
    }
}

using Anywise.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>A handler that takes nothing is called without the context of its message; nobody may notice.</summary>
public sealed class AHandlerThatCouldNotAsk
{
    private static readonly ServiceProviderOptions Validated = new() { ValidateOnBuild = true, ValidateScopes = true };
    private readonly Diary _diary = new();
    private ServiceProvider _services = null!;

    [TearDown]
    public async Task Dispose() => await _services.DisposeAsync();

    [Test]
    public async Task Leaves_the_context_to_a_behavior_around_it()
    {
        await using var scope = Build(anywise => anywise.AddHandler<Silent>().AddBehavior<Asking>()).CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Say("Asking"));

        Assert.That(_diary.Entries, Is.EqualTo(new[] { ("Asking", 1, IdOf(scope)) }));
    }

    [Test]
    public async Task Leaves_the_context_to_a_generic_behavior_around_it()
    {
        await using var scope = Build(anywise => anywise.AddHandler<Silent>().AddBehavior(typeof(AskingOfAll<,>))).CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Say("generic"));

        Assert.That(_diary.Entries, Is.EqualTo(new[] { ("generic", 1, IdOf(scope)) }));
    }

    [Test]
    public async Task Leaves_the_publisher_as_the_cause_of_what_comes_of_it_in_another_scope()
    {
        await using var scope = Build(anywise => anywise.AddHandler<Forwarding>().AddHandler<Writing>()).CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Heard("published"));

        Assert.That(_diary.Entries, Is.EqualTo(new[] { ("published", 2, IdOf(scope)) }));
    }

    [Test]
    public async Task Shares_its_scope_with_others_that_ask()
    {
        await using var scope = Build(anywise => anywise.AddHandler<Silent>().AddHandler<Relaying>().AddHandler<Writing>()).CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Say("before"));
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Relay("within"));
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Write("after"));

        Assert.That(_diary.Entries, Is.EqualTo(new[] { ("within", 2, IdOf(scope)), ("after", 1, IdOf(scope)) }));
    }

    [Test]
    public void Is_all_that_a_dispatcher_in_a_singleton_may_send_to()
    {
        var sender = Build(anywise => anywise.AddHandler<Silent>().AddHandler<Writing>()).GetRequiredService<Sender>();

        Assert.That(async () => await sender.Dispatcher.SendAsync(new Say("to nobody in particular")), Throws.Nothing);
        Assert.That(
            async () => await sender.Dispatcher.SendAsync(new Write("never")),
            Throws.InvalidOperationException.With.Message.StartsWith("The dispatcher that is used here does not come from a scope").And.Message.Contains("IServiceScopeFactory"));
        Assert.That(_diary.Entries, Is.Empty);
    }

    [Test]
    public void Does_not_let_a_hosted_service_take_a_dispatcher()
    {
        _services = new ServiceCollection().AddAnywise(anywise => anywise.AddHandler<Silent>()).AddHostedService<Hosted>().BuildServiceProvider(Validated);

        Assert.That(
            () => _services.GetServices<IHostedService>().Count(),
            Throws.InvalidOperationException.With.Message.StartsWith("The hosted service 'AHandlerThatCouldNotAsk.Hosted' takes an 'IDispatcher'").And.Message.Contains("IServiceScopeFactory"));
    }

    [Test]
    public async Task Leaves_a_scope_that_lives_on_to_itself_when_somebody_else_s_event_makes_it_send_for_the_first_time()
    {
        var services = Build(anywise => anywise.AddHandler<Writing>().AddHandler<Ringing>());
        await using var page = services.CreateAsyncScope();
        var dispatcher = page.ServiceProvider.GetRequiredService<IDispatcher>();
        services.GetRequiredService<Bell>().Ring = () => dispatcher.SendAsync(new Write("of the page"));

        await using var other = services.CreateAsyncScope();
        await other.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Rung());

        Assert.That(_diary.Entries, Is.EqualTo(new[] { ("of the page", 1, IdOf(page)) }));
        Assert.That(IdOf(page), Is.Not.EqualTo(IdOf(other)));
    }

    [Test]
    public async Task Hears_of_an_event_also_when_the_scope_of_the_publisher_is_gone()
    {
        var services = Build(anywise => anywise.AddHandler<Writing>().AddHandler<Forwarding>());
        IDispatcher dispatcher;
        await using (var scope = services.CreateAsyncScope())
        {
            dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();
        }

        await dispatcher.PublishAsync(new Heard("late"));

        Assert.That(_diary.Entries.Select(entry => entry.Word), Is.EqualTo(new[] { "late" }));
        Assert.That(async () => await dispatcher.SendAsync(new Write("never")), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static Guid IdOf(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<MessageContext>().MessageId;

    private ServiceProvider Build(Action<AnywiseBuilder> configure) => _services = new ServiceCollection()
        .AddSingleton(_diary).AddSingleton<Forwarder>().AddSingleton<Sender>().AddSingleton<Bell>()
        .AddAnywise(configure)
        .BuildServiceProvider(Validated);

    private sealed record Say(string Word) : ICommand;

    private sealed record Relay(string Word) : ICommand;

    private sealed record Write(string Word) : ICommand;

    private sealed record Heard(string Word) : IEvent;

    private sealed record Rung : IEvent;

    private sealed class Bell
    {
        public Func<ValueTask> Ring { get; set; } = static () => default;
    }

    private sealed class Ringing(Bell bell) : IEventHandler<Rung>
    {
        public ValueTask HandleAsync(Rung @event, CancellationToken cancellationToken) => bell.Ring();
    }

    private sealed class Hosted(IDispatcher dispatcher) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => dispatcher.SendAsync(new Say("hosted"), stoppingToken).AsTask();
    }

    private sealed class Diary
    {
        public List<(string Word, int Depth, Guid Correlation)> Entries { get; } = [];

        public void Write(string word, MessageContext context) => Entries.Add((word, context.Depth, context.CorrelationId));
    }

    private sealed class Silent : ICommandHandler<Say>
    {
        public ValueTask HandleAsync(Say command, CancellationToken cancellationToken) => default;
    }

    private sealed class Writing(Diary diary, MessageContext context) : ICommandHandler<Write>
    {
        public ValueTask HandleAsync(Write command, CancellationToken cancellationToken)
        {
            diary.Write(command.Word, context);
            return default;
        }
    }

    private sealed class Relaying(IDispatcher dispatcher) : ICommandHandler<Relay>
    {
        public ValueTask HandleAsync(Relay command, CancellationToken cancellationToken) => dispatcher.SendAsync(new Write(command.Word), cancellationToken);
    }

    /// <summary>Takes a singleton only, which makes a scope by itself.</summary>
    private sealed class Forwarding(Forwarder forwarder) : IEventHandler<Heard>
    {
        public ValueTask HandleAsync(Heard @event, CancellationToken cancellationToken) => forwarder.SendAsync(new Write(@event.Word));
    }

    private sealed class Forwarder(IServiceScopeFactory scopes)
    {
        public async ValueTask SendAsync(Write command)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(command);
        }
    }

    private sealed class Sender(IDispatcher dispatcher)
    {
        public IDispatcher Dispatcher => dispatcher;
    }

    private sealed class Asking(Diary diary, MessageContext context) : IPipelineBehavior<Say, Unit>
    {
        public ValueTask<Unit> HandleAsync(Say message, MessageHandler<Unit> next, CancellationToken cancellationToken)
        {
            diary.Write(message.Word, context);
            return next(cancellationToken);
        }
    }

    private sealed class AskingOfAll<TMessage, TResult>(Diary diary, MessageContext context) : IPipelineBehavior<TMessage, TResult> where TMessage : IMessage
    {
        public ValueTask<TResult> HandleAsync(TMessage message, MessageHandler<TResult> next, CancellationToken cancellationToken)
        {
            diary.Write("generic", context);
            return next(cancellationToken);
        }
    }
}

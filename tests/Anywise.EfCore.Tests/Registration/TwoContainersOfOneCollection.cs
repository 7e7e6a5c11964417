using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Registration;

/// <summary>A container is built and used, something is added to the collection, and another one is built of it.</summary>
public sealed class TwoContainersOfOneCollection
{
    private readonly RecordedLog _log = new();
    private readonly List<string> _steps = [];
    private readonly ServiceCollection _services = new();

    [SetUp]
    public void Register() => _services.AddSingleton(_steps).AddLogging(logging => logging.AddProvider(_log))
        .AddAnywiseDispatcher(anywise => anywise.AddHandler<One>().AddHandler<GoHandler>());

    [Test]
    public async Task Call_a_handler_that_was_added_in_between_in_the_second()
    {
        await PublishAsync(_services.BuildServiceProvider());
        _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<Other>());

        await PublishAsync(_services.BuildServiceProvider());

        Assert.That(_steps, Is.EqualTo(new[] { "one", "one", "other" }));
    }

    [Test]
    public async Task Do_not_call_it_in_the_first()
    {
        var first = _services.BuildServiceProvider();
        await SendAsync(first);
        _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<Other>());

        await PublishAsync(first);

        Assert.That(_steps, Is.EqualTo(new[] { "go", "one" }));
        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task Run_a_behavior_that_was_added_in_between_in_the_second_only()
    {
        var first = _services.BuildServiceProvider();
        await PublishAsync(first);
        _services.AddAnywiseDispatcher(anywise => anywise.AddBehavior<Around, IMessage, Unit>());
        await SendAsync(_services.BuildServiceProvider());

        await SendAsync(first);

        Assert.That(_steps, Is.EqualTo(new[] { "one", "around", "go", "go" }));
    }

    [Test]
    public async Task Give_a_handler_a_scope_in_the_one_in_which_it_needs_it()
    {
        _services.AddScoped<Needed>().AddAnywiseDispatcher(anywise => anywise.AddHandler<Needing>());
        var first = _services.BuildServiceProvider(validateScopes: true);
        await SendAsync(first);
        _services.AddSingleton<Needed>();
        await SendAsync(_services.BuildServiceProvider());

        await PublishAsync(first);

        Assert.That(_log.Entries, Is.Empty);
        Assert.That(_steps, Is.EqualTo(new[] { "go", "go", "needing", "one" }));
    }

    private static async Task PublishAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Happened());
    }

    private static async Task SendAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Go());
    }

    private sealed record Happened : IEvent;

    private sealed record Go : ICommand;

    private sealed class Needed;

    private sealed class GoHandler(List<string> steps) : Step(steps, "go"), ICommandHandler<Go>
    {
        public ValueTask HandleAsync(Go command, CancellationToken cancellationToken) => Take();
    }

    private sealed class One(List<string> steps) : Step(steps, "one"), IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => Take();
    }

    private sealed class Other(List<string> steps) : Step(steps, "other"), IEventHandler<Happened>
    {
        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => Take();
    }

    private sealed class Needing(List<string> steps, Needed needed) : Step(steps, "needing"), IEventHandler<Happened>
    {
        public Needed Needed => needed;

        public ValueTask HandleAsync(Happened @event, CancellationToken cancellationToken) => Take();
    }

    private sealed class Around(List<string> steps) : Step(steps, "around"), IPipelineBehavior<IMessage, Unit>
    {
        public ValueTask<Unit> HandleAsync(IMessage message, MessageHandler<Unit> next, CancellationToken cancellationToken)
        {
            Note();
            return next(cancellationToken);
        }
    }

    private abstract class Step(List<string> steps, string name)
    {
        protected void Note() => steps.Add(name);

        protected ValueTask Take()
        {
            Note();
            return default;
        }
    }
}

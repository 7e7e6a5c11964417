using Anywise.Domain;
using Anywise.EfCore.Inspection;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Registration;

/// <summary><c>AddAnywiseDispatcher</c>: messages and handlers without contexts. <c>eng/check-aot.sh</c> compiles it ahead of time.</summary>
public sealed class ADispatcherAlone
{
    private readonly ServiceCollection _services = new();

    [Test]
    public async Task Sends_and_publishes_and_registers_nothing_that_runs_with_a_host()
    {
        _services.AddSingleton<List<string>>().AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>().AddHandler<GreetedHandler>());
        await using var services = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = services.CreateAsyncScope();

        Assert.That(await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Greet("Ada")), Is.EqualTo("Hello, Ada!"));
        Assert.That(services.GetRequiredService<List<string>>(), Is.EqualTo(new[] { "Ada at depth 2" }));
        Assert.That(services.GetServices<IHostedService>(), Is.Empty);
        Assert.That(services.GetService<IUnitOfWork>(), Is.Null);
    }

    [Test]
    public async Task Calls_a_handler_that_is_a_singleton_of_each_container()
    {
        _services.AddSingleton<Counter>().AddAnywiseDispatcher(anywise => anywise.AddHandler<Counter>());
        await using var first = _services.BuildServiceProvider();
        await using var second = _services.BuildServiceProvider();

        Assert.That(await CountAsync(first), Is.EqualTo(1));
        Assert.That(await CountAsync(first), Is.EqualTo(2));
        Assert.That(await CountAsync(second), Is.EqualTo(1));
        Assert.That(first.GetRequiredService<Counter>().Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Calls_a_handler_of_each_scope_when_that_is_registered_after_a_singleton()
    {
        _services.AddSingleton<Counter>().AddScoped<Counter>().AddAnywiseDispatcher(anywise => anywise.AddHandler<Counter>());
        await using var services = _services.BuildServiceProvider(validateScopes: true);

        Assert.That(await CountAsync(services), Is.EqualTo(1));
        Assert.That(await CountAsync(services), Is.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Is_completed_by_a_module_that_has_contexts(bool dispatcherFirst)
    {
        var modules = new Action[]
        {
            () => _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>()),
            () => _services.AddAnywise(anywise => anywise.AddHandler<GreetedHandler>().AddHandler<BeforeHandler>()),
        };
        Array.ForEach(dispatcherFirst ? modules : [.. modules.Reverse()], module => module());
        _services.AddSingleton<List<string>>().AddDbContext<ShopContext>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:").AddAnywiseEvents());
        await using var services = _services.BuildServiceProvider(validateScopes: true);
        await using var scope = services.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Greet("Ada"));

        Assert.That(services.GetRequiredService<List<string>>(), Has.Count.EqualTo(1));
        Assert.That(scope.ServiceProvider.GetRequiredService<IUnitOfWork>(), Is.Not.Null);
        Assert.That(services.GetRequiredService<AnywiseBuilder>().IsConflict(new DbUpdateConcurrencyException()), Is.True);
    }

    [Test]
    public void Keeps_what_the_application_calls_a_conflict_when_contexts_come_later()
    {
        _services.AddAnywiseDispatcher(anywise => anywise.IsConflict = failure => failure is TimeoutException).AddAnywise(_ => { });
        using var services = _services.BuildServiceProvider();

        Assert.That(services.GetRequiredService<AnywiseBuilder>().IsConflict(new TimeoutException()), Is.True);
        Assert.That(services.GetRequiredService<AnywiseBuilder>().IsConflict(new DbUpdateConcurrencyException()), Is.False);
    }

    [Test]
    public void Is_too_little_for_a_context_with_events()
    {
        _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>());
        _services.AddDbContext<ShopContext>(options => TestDatabase.AllowManyKinds(options).UseSqlite("Data Source=:memory:").AddAnywiseEvents());
        using var services = _services.BuildServiceProvider();
        using var scope = services.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();

        Assert.That(() => context.Add(new Order("first")), Throws.InvalidOperationException.With.Message.Contains("no 'AddAnywise'"));
    }

    [Test, NonParallelizable] // the exit code is one for the process
    public void Answers_the_command_line()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>())).Build();
        var output = new StringWriter();

        Assert.That(host.AnswersAnywise(["anywise", "describe"], output), Is.True);

        Assert.That(output.ToString(), Does.Contain("Command ADispatcherAlone.Greet\n    handled by: ADispatcherAlone.GreetHandler"));
    }

    [Test]
    public void Has_an_inspector_that_can_be_injected()
    {
        _services.AddSingleton<List<string>>().AddSingleton<Curious>().AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>().AddHandler<GreetedHandler>());
        using var services = _services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var inspector = services.GetRequiredService<Curious>().Inspector;

        Assert.That(inspector.Describe(typeof(Greet)).Handlers, Is.EqualTo(new[] { typeof(GreetHandler) }));
        Assert.That(inspector.Explain(typeof(GreetedHandler), typeof(Greeted)), Does.Contain("'ADispatcherAlone.GreetedHandler'"));
        Assert.That(inspector.ToMermaid(), Does.StartWith("flowchart LR"));
    }

    [Test]
    public void Has_one_inspector_when_a_module_with_contexts_completes_it()
    {
        _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<GreetHandler>()).AddAnywise(anywise => anywise.AddHandler<BeforeHandler>());
        using var services = _services.BuildServiceProvider();

        Assert.That(services.GetServices<IAnywiseInspector>().Single().Describe(typeof(Greeted)).BeforeCommit, Is.EqualTo(new[] { typeof(BeforeHandler) }));
    }

    [Test]
    public void Refuses_a_before_commit_handler_that_would_never_be_called()
    {
        _services.AddAnywiseDispatcher(anywise => anywise.AddHandler<BeforeHandler>());
        using var services = _services.BuildServiceProvider();
        using var scope = services.CreateScope();

        Assert.That(
            () => scope.ServiceProvider.GetRequiredService<IDispatcher>(),
            Throws.InvalidOperationException.With.Message.Contains("'ADispatcherAlone.BeforeHandler' is a before-commit handler").And.Message.Contains("Call 'AddAnywise'"));
    }

    private static async Task<int> CountAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Next());
    }

    private sealed record Greet(string Name) : ICommand<string>;

    private sealed record Greeted(string Name) : IDomainEvent;

    private sealed record Next : ICommand<int>;

    private sealed class GreetHandler(IDispatcher dispatcher) : ICommandHandler<Greet, string>
    {
        public async ValueTask<string> HandleAsync(Greet command, CancellationToken cancellationToken)
        {
            await dispatcher.PublishAsync(new Greeted(command.Name), cancellationToken);
            return $"Hello, {command.Name}!";
        }
    }

    private sealed class GreetedHandler(List<string> seen, MessageContext context) : IEventHandler<Greeted>
    {
        public ValueTask HandleAsync(Greeted @event, CancellationToken cancellationToken)
        {
            seen.Add($"{@event.Name} at depth {context.Depth}");
            return default;
        }
    }

    private sealed class BeforeHandler : IBeforeCommitHandler<Greeted>
    {
        public ValueTask HandleAsync(Greeted @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) => default;
    }

    private sealed class Curious(IAnywiseInspector inspector)
    {
        public IAnywiseInspector Inspector => inspector;
    }

    private sealed class Counter : ICommandHandler<Next, int>
    {
        public int Count { get; private set; }

        public ValueTask<int> HandleAsync(Next command, CancellationToken cancellationToken) => new(++Count);
    }
}

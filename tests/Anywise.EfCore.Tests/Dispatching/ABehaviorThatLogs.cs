using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary><c>AddLoggingBehavior</c>: one entry for each call of a handler.</summary>
public sealed class ABehaviorThatLogs : ShopTest
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Tells_the_ids_and_the_time_of_what_was_handled_and_never_its_content()
    {
        var scope = Dispose(Services.CreateAsyncScope()).ServiceProvider;

        var id = await scope.GetRequiredService<IDispatcher>().SendAsync(new Work("secret", TimeSpan.FromMilliseconds(1234.5)));

        var (level, text, exception) = LogEntries.Entries.Single();
        Assert.That((level, exception), Is.EqualTo((LogLevel.Information, (Exception?)null)));
        Assert.That(LogEntries.Ids.Single(), Is.EqualTo(new EventId(20, "Handled")).And.Property(nameof(EventId.Name)).EqualTo("Handled"));
        Assert.That(text, Is.EqualTo($"'ABehaviorThatLogs.Work' {id} of {scope.GetRequiredService<MessageContext>().CorrelationId} was handled in 1234.5 ms."));
    }

    [Test]
    public void Warns_with_the_time_and_the_exception_of_what_failed_and_lets_it_through()
    {
        var failure = Assert.ThrowsAsync<ArgumentException>(async () => await NewDispatcher().SendAsync(new Work("", TimeSpan.FromSeconds(2))));

        var (level, text, exception) = LogEntries.Entries.Single();
        Assert.That((level, exception), Is.EqualTo((LogLevel.Warning, failure)));
        Assert.That(LogEntries.Ids.Single(), Is.EqualTo(new EventId(21, "NotHandled")).And.Property(nameof(EventId.Name)).EqualTo("NotHandled"));
        Assert.That(text, Does.StartWith("'ABehaviorThatLogs.Work' ").And.EndsWith(" was not handled: it failed after 2000.0 ms."));
    }

    [Test]
    public async Task Tells_of_each_handler_of_an_event_the_time_that_it_took()
    {
        await NewDispatcher().PublishAsync(new Worked());

        Assert.That(LogEntries.Ids.Select(id => id.Id), Is.EqualTo(new[] { 20, 20, 20 }));
        Assert.That(LogEntries.Entries.Select(entry => entry.Text), Has.All.StartsWith("'ABehaviorThatLogs.Worked' "));
        Assert.That(
            LogEntries.Entries.Select(entry => entry.Text.Split(" was handled in ")[1]),
            Is.EqualTo(new[] { "0.0 ms.", "300.0 ms.", "0.0 ms." }),
            "the one that sees everything, the slow one, the quick one");
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) =>
        anywise.AddLoggingBehavior().AddHandler<WorkHandler>().AddHandler<SlowHandler>().AddHandler<QuickHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_time).AddSingleton<TimeProvider>(_time);
    }

    private sealed record Work(string Content, TimeSpan Time) : ICommand<Guid>;

    private sealed record Worked : IEvent;

    private sealed class WorkHandler(FakeTimeProvider time, MessageContext context) : ICommandHandler<Work, Guid>
    {
        public ValueTask<Guid> HandleAsync(Work command, CancellationToken cancellationToken)
        {
            time.Advance(command.Time);
            return command.Content.Length == 0 ? throw new ArgumentException("empty") : new(context.MessageId);
        }
    }

    [HandlerOrder(1)]
    private sealed class SlowHandler(FakeTimeProvider time) : IEventHandler<Worked>
    {
        public ValueTask HandleAsync(Worked @event, CancellationToken cancellationToken)
        {
            time.Advance(TimeSpan.FromMilliseconds(300));
            return default;
        }
    }

    [HandlerOrder(2)]
    private sealed class QuickHandler : IEventHandler<Worked>
    {
        public ValueTask HandleAsync(Worked @event, CancellationToken cancellationToken) => default;
    }
}

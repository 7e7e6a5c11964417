using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The application enqueues commands, for now or for later.</summary>
public abstract class AnEnqueuedCommandContract : OutboxTest
{
    private readonly List<Guid> _ids = [];
    private int _failures;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Test]
    public async Task Is_handed_to_the_handler_of_the_command_until_it_has_succeeded_and_commits_once()
    {
        _failures = 2;
        await StartRelayAsync();
        var context = NewContext();
        context.Enqueue(new WriteNote("hello"));
        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "hello" }));
        Assert.That(_ids, Has.Count.EqualTo(3));
        Assert.That(_ids.Distinct().Count(), Is.EqualTo(1), "the message id is the same for each attempt");
    }

    [Test]
    public async Task Runs_a_command_with_a_result_through_its_behaviors()
    {
        var context = NewContext();
        context.Enqueue(new CountNotes());
        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderRemoved("before counting"), new OrderRemoved("counted 0") }));
    }

    [Test]
    public async Task Waits_for_its_time()
    {
        await StartRelayAsync();
        var context = NewContext();
        context.Enqueue(new WriteNote("in an hour"), Now.AddHours(1));
        context.Enqueue(new OrderPlaced("now"));
        await context.SaveChangesAsync();

        await UntilAsync(async () => (await RowsAsync()).Count == 1);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("now") }));
        Assert.That(
            DateTimeOffset.FromUnixTimeMilliseconds((await RowsAsync()).Single().DueAt), Is.EqualTo(Now.AddHours(1)).Within(TimeSpan.FromMinutes(1)));
        Assert.That(await NotesAsync(), Is.Empty);
    }

    [Test]
    public async Task Wakes_the_relay_when_its_time_has_come()
    {
        await StartRelayAsync();
        var context = NewContext();
        context.Enqueue(new WriteNote("soon"), Now.AddSeconds(1));
        await context.SaveChangesAsync();
        Assert.That(await NotesAsync(), Is.Empty);

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "soon" }));
    }

    [Test]
    public void Is_refused_if_it_is_a_command_without_a_handler() => Assert.That(
        () => NewContext().Enqueue(new Unhandled()), Throws.InvalidOperationException.With.Message.StartsWith("'AnEnqueuedCommandContract.Unhandled' was sent, but has no handler."));

    protected override void AddHandlers(AnywiseBuilder anywise) =>
        anywise.AddHandler<WriteNoteHandler>().AddHandler<CountNotesHandler>().AddBehavior<BeforeCounting>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton<Action<Guid>>(id =>
        {
            _ids.Add(id);
            if (_failures-- > 0)
            {
                throw new InvalidOperationException("broken");
            }
        });
    }

    private async Task<List<string>> NotesAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ShopContext>().Notes.AsNoTracking().Select(note => note.Text).ToListAsync();
    }

    public sealed record WriteNote(string Text) : ICommand;

    public sealed class WriteNoteHandler(ShopContext context, MessageContext message, Action<Guid> handled) : ICommandHandler<WriteNote>
    {
        public async ValueTask HandleAsync(WriteNote command, CancellationToken cancellationToken)
        {
            context.Add(new Note { Text = command.Text });
            await context.SaveChangesAsync(cancellationToken);
            handled(message.MessageId);
        }
    }

    public sealed record CountNotes : ICommand<int>;

    public sealed class CountNotesHandler(ShopContext context, Seen seen) : ICommandHandler<CountNotes, int>
    {
        public async ValueTask<int> HandleAsync(CountNotes command, CancellationToken cancellationToken)
        {
            var count = await context.Notes.CountAsync(cancellationToken);
            seen.Add(new OrderRemoved($"counted {count}"));
            return count;
        }
    }

    public sealed class BeforeCounting(Seen seen) : IPipelineBehavior<CountNotes, int>
    {
        public ValueTask<int> HandleAsync(CountNotes message, MessageHandler<int> next, CancellationToken cancellationToken)
        {
            seen.Add(new OrderRemoved("before counting"));
            return next(cancellationToken);
        }
    }

    public sealed record Unhandled : ICommand;
}

public sealed class AnEnqueuedCommandOnSqlite : AnEnqueuedCommandContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnEnqueuedCommandOnPostgres : AnEnqueuedCommandContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

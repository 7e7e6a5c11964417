using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The application enqueues commands and events that no aggregate raises.</summary>
public abstract class AnEnqueuedMessageContract : OutboxTest
{
    private readonly List<Guid> _ids = [];
    private int _failures;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Test]
    public async Task Is_delivered_after_a_save_that_has_nothing_else_to_save([Values] bool isAsync)
    {
        var context = NewContext();
        context.Enqueue(new OrderPlaced("imported"));
        Assert.That(Seen.Events, Is.Empty);

        Assert.That(isAsync ? await context.SaveChangesAsync() : context.SaveChanges(), Is.Zero, "the count is that of the user's entities");

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("imported") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Is_delivered_in_turn_with_what_aggregates_raise()
    {
        var context = NewContext();
        context.Enqueue(new OrderRemoved("before"));
        context.Add(new Order("first"));
        context.Enqueue(new OrderRemoved("after"));

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new OrderRemoved("before"), new OrderPlaced("first"), new OrderRemoved("after") }));
    }

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
    public async Task Stays_for_the_next_save_when_a_save_fails()
    {
        await using (var other = NewContext())
        {
            other.Add(new Order("taken"));
            await other.SaveChangesAsync();
        }

        Seen.Clear();
        var context = NewContext();
        var order = new Order("taken");
        context.Add(order);
        context.Enqueue(new OrderRemoved("enqueued"));
        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>());
        context.Entry(order).State = EntityState.Detached;

        await context.SaveChangesAsync();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRemoved("enqueued") }));
    }

    [Test]
    public async Task Is_rolled_back_with_the_transaction()
    {
        await using (var context = NewContext())
        {
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Enqueue(new OrderPlaced("now"));
            context.Enqueue(new OrderPlaced("later"), Now);
            await context.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        await StartRelayAsync();
        Assert.That(await RowsAsync(), Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
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
    public async Task Knows_the_message_that_caused_it()
    {
        var causes = new List<(Guid? Cause, Guid Correlation)>();
        Seen.WhenHandled = async (@event, services, _) =>
        {
            var message = services.GetRequiredService<MessageContext>();
            causes.Add((message.CausationId, message.CorrelationId));
            _ids.Add(message.MessageId);
            if (@event is OrderPlaced)
            {
                var shop = services.GetRequiredService<ShopContext>();
                shop.Enqueue(new OrderRemoved("caused"), Now);
                await shop.SaveChangesAsync();
            }
        };
        await StartRelayAsync();
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Has.Count.EqualTo(2));
        Assert.That(causes[1], Is.EqualTo(((Guid?)_ids[0], causes[0].Correlation)));
        Assert.That(LogEntries.WarningIds, Is.Empty, "what happens later is not part of this cascade, which may not be deeper");
    }

    [Test]
    public void Is_refused_if_it_is_a_command_without_a_handler() => Assert.That(
        () => NewContext().Enqueue(new Unhandled()), Throws.InvalidOperationException.With.Message.StartsWith("'Unhandled' was sent, but has no handler."));

    [Test]
    public async Task Is_reported_when_no_save_takes_it()
    {
        await using (var scope = Services.CreateAsyncScope())
        {
            scope.ServiceProvider.GetRequiredService<ShopContext>().Enqueue(new OrderPlaced("forgotten"));
        }

        Assert.That(LogEntries.Entries.Single(entry => entry.Level == LogLevel.Warning).Text, Does.Contain("OrderPlaced"));
    }

    [Test]
    public async Task Does_not_survive_the_lease_of_a_pooled_context()
    {
        await using var pooled = Build(services => services.AddDbContextPool<PooledShop>(Configure));
        PooledShop first;
        await using (var scope = pooled.CreateAsyncScope())
        {
            first = scope.ServiceProvider.GetRequiredService<PooledShop>();
            first.Enqueue(new OrderPlaced("of the first lease"));
        }

        await using (var scope = pooled.CreateAsyncScope())
        {
            var second = scope.ServiceProvider.GetRequiredService<PooledShop>();
            Assert.That(second, Is.SameAs(first));
            second.Enqueue(new OrderPlaced("of the second"));
            await second.SaveChangesAsync();
        }

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("of the second") }));
    }

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.MaxCascadeDepth = 1;
        anywise.AddHandler<WriteNoteHandler>().AddHandler<CountNotesHandler>().AddBehavior<BeforeCounting>();
    }

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

    public sealed class PooledShop(DbContextOptions<PooledShop> options) : ShopContext(options);
}

public sealed class AnEnqueuedMessageOnSqlite : AnEnqueuedMessageContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnEnqueuedMessageOnPostgres : AnEnqueuedMessageContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A durable handler writes through the context whose outbox the event comes from.</summary>
public abstract class AHandlerThatSavesContract : SavingHandlerTest
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private readonly LostAnswer _lostAnswer = new();
    private readonly Later _later = new();

    [Test]
    public async Task Has_saved_nothing_when_it_throws_and_once_when_it_is_called_again()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, "done", cancellationToken);
            Throw(Calls < 3);
        });

        await PlaceAsync();
        Assert.That(await NotesAsync(), Is.Empty);
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Calls, Is.EqualTo(3));
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "done" }));
    }

    [Test]
    public async Task Commits_all_its_saves_together()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, "one", cancellationToken);
            Throw(Calls < 2);
            await NoteAsync(context, "two", cancellationToken);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task May_save_synchronously()
    {
        Handle((context, _) =>
        {
            context.Add(new Note { Text = "done" });
            context.SaveChanges();
            Throw(Calls < 2);
            return Task.CompletedTask;
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "done" }));
    }

    [Test]
    public async Task Causes_events_once_that_are_handled_after_it()
    {
        Handle(async (context, cancellationToken) =>
        {
            (await context.Orders.SingleAsync(cancellationToken)).Rename($"after {Calls}");
            await context.SaveChangesAsync(cancellationToken);
            Throw(Calls < 2);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(Seen.Events.OfType<OrderRenamed>(), Is.EqualTo(new[] { new OrderRenamed("first", "after 2") }));
    }

    [Test]
    public async Task Commits_nothing_when_another_process_has_taken_the_event_over()
    {
        Handle(async (context, cancellationToken) =>
        {
            await using (var other = Services.CreateAsyncScope())
            {
                await other.ServiceProvider.GetRequiredService<ShopContext>().Database.ExecuteSqlRawAsync(
                    "UPDATE \"AnywiseOutbox\" SET \"Attempt\" = \"Attempt\" + 1", cancellationToken);
            }

            await NoteAsync(context, "done", cancellationToken);
        });

        await PlaceAsync();

        Assert.That(Calls, Is.EqualTo(1));
        Assert.That(await NotesAsync(), Is.Empty);
        Assert.That((await RowsAsync()).Single().Attempt, Is.EqualTo(1), "the row is the other's");
    }

    [Test]
    public async Task Is_called_again_after_its_own_transaction()
    {
        Handle(async (context, cancellationToken) =>
        {
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            await NoteAsync(context, $"own {Calls}", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            Throw(Calls < 2);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "own 1", "own 2" }));
        Assert.That(
            LogEntries.Entries.Where(entry => entry.Level == LogLevel.Information).Select(entry => entry.Text),
            Has.One.Items.And.All.Contains("in a transaction of its own, which commits before the outbox knows"));
    }

    [Test]
    public async Task Leaves_the_event_to_the_next_process_when_its_own_stops()
    {
        var host = new StoppingHost();
        var services = Build(registered => registered.AddSingleton<IHostApplicationLifetime>(host));
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            if (Calls == 1)
            {
                host.StopApplication();
                cancellationToken.ThrowIfCancellationRequested();
            }
        });
        await PlaceAsync(services);
        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("\"attempts\":0"), "it is not the handler's fault");

        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 2" }));
    }

    [Test]
    public async Task May_send_a_command_that_saves_in_scopes_of_its_own()
    {
        Handle(async (context, cancellationToken) =>
            await context.GetService<IDispatcher>().SendAsync(new WriteNote($"call {Calls}"), cancellationToken));

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 1" }));
        Assert.That(LogEntries.WarningIds, Is.Empty);
    }

    [Test]
    public async Task May_save_in_a_context_that_it_lets_go()
    {
        Handle(async (_, cancellationToken) =>
        {
            await using var scope = Services.CreateAsyncScope();
            await NoteAsync(scope.ServiceProvider.GetRequiredService<ShopContext>(), $"call {Calls}", cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 1" }));
        Assert.That(LogEntries.WarningIds, Is.Empty);
    }

    [Test]
    public async Task Is_not_called_again_when_only_the_answer_to_its_commit_was_lost()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            _lostAnswer.IsArmed = true;
        });
        _later.IsBroken = true; // so that the row stays

        await PlaceAsync();
        _later.IsBroken = false;
        await EndLeasesAsync();
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 1" }));
    }

    [Test]
    public async Task Keeps_its_event_while_it_takes_longer_than_the_lease()
    {
        await StartRelayAsync(Build()); // would take what is free
        Handle(async (context, cancellationToken) =>
        {
            var began = (await RowsAsync()).Single().DueAt;
            await UntilAsync(async () => (await RowsAsync()).Single().DueAt > began + (2 * Lease.TotalMilliseconds));
            await NoteAsync(context, $"call {Calls}", cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 1" }));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.Lease = Lease;
    }

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.Services.AddSingleton(_later);
        anywise.AddHandler<LaterHandler>().AddHandler<WriteNoteHandler>();
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_lostAnswer);

    [RetryOnConflict]
    internal sealed record WriteNote(string Text) : ICommand;

    internal sealed class WriteNoteHandler(ShopContext context) : ICommandHandler<WriteNote>
    {
        public async ValueTask HandleAsync(WriteNote command, CancellationToken cancellationToken) => await NoteAsync(context, command.Text, cancellationToken);
    }
}

public sealed class AHandlerThatSavesOnSqlite : AHandlerThatSavesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AHandlerThatSavesOnPostgres : AHandlerThatSavesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

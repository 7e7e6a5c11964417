using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>It begins the transaction of a durable handler, so that nothing stands before it that a failure could take along.</summary>
public abstract class TheFirstSaveOfAHandlerContract : SavingHandlerTest
{
    private const int Taken = 1_000;
    private readonly Savepoints _savepoints = new();
    private readonly SaveInside _inside = new();

    [SetUp]
    public async Task TakeAnId()
    {
        var context = NewContext();
        context.Add(new Note { Id = Taken, Text = "there" });
        await context.SaveChangesAsync();
    }

    [Test]
    public async Task Needs_no_savepoint_but_the_second_does()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, "one", cancellationToken);
            await NoteAsync(context, $"{_savepoints.Count} savepoints before", cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "one", "0 savepoints before" }));
        Assert.That(_savepoints.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task May_fail_and_what_comes_after_is_read_and_saved_as_one()
    {
        Handle(async (context, cancellationToken) =>
        {
            await FailAsync(context, cancellationToken);
            await NoteAsync(context, $"{await context.Notes.CountAsync(cancellationToken)} before", cancellationToken);
            Throw(Calls < 2);
            await NoteAsync(context, "done", cancellationToken);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(Calls, Is.EqualTo(2));
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "1 before", "done" }));
    }

    [Test]
    public async Task May_fail_synchronously()
    {
        Handle(async (context, cancellationToken) =>
        {
            Fail(context);
            await NoteAsync(context, "done", cancellationToken);
            Throw(Calls < 2);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "done" }));
    }

    [Test]
    public async Task May_fail_more_than_once()
    {
        Handle(async (context, cancellationToken) =>
        {
            await FailAsync(context, cancellationToken);
            await FailAsync(context, cancellationToken);
            await NoteAsync(context, "done", cancellationToken);
            await FailAsync(context, cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "done" }));
        Assert.That(_savepoints.Count, Is.EqualTo(3), "there may be something to lose");
    }

    [Test]
    public async Task May_fail_and_be_the_only_one()
    {
        Handle(FailAsync);

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(Calls, Is.EqualTo(1));
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "there" }));
    }

    [Test]
    public async Task May_fail_without_taking_along_what_was_written_past_saves()
    {
        Handle(async (context, cancellationToken) =>
        {
            await FailAsync(context, cancellationToken);
            await context.Notes.ExecuteUpdateAsync(note => note.SetProperty(one => one.Text, "updated"), cancellationToken);
            await FailAsync(context, cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "updated" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Stays_when_another_one_fails_inside_of_it(bool before)
    {
        _inside.Fail = FailAsync;
        _inside.IsBefore = before;
        Handle(async (context, cancellationToken) =>
        {
            _inside.IsArmed = true;
            await NoteAsync(context, "done", cancellationToken);
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(_inside.IsArmed, Is.False);
        Assert.That(await NotesAsync(), Is.EquivalentTo(before ? new[] { "there" } : ["there", "done"]), "what fails before it clears the tracker");
    }

    [Test]
    public async Task May_be_cancelled()
    {
        Handle(async (context, cancellationToken) =>
        {
            context.Add(new Note { Text = "cancelled" });
            await TryAsync(() => context.SaveChangesAsync(new CancellationToken(canceled: true)));
            context.ChangeTracker.Clear();
            await NoteAsync(context, "done", cancellationToken);
            Throw(Calls < 2);
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "done" }));
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_savepoints, _inside);

    private static void Fail(ShopContext context)
    {
        AddTwoOfWhichOneFails(context);
        try
        {
            context.SaveChanges();
        }
        catch (DbUpdateException)
        {
            context.ChangeTracker.Clear();
        }
    }

    private static async Task FailAsync(ShopContext context, CancellationToken cancellationToken)
    {
        AddTwoOfWhichOneFails(context);
        await TryAsync(() => context.SaveChangesAsync(cancellationToken));
        context.ChangeTracker.Clear();
    }

    private static void AddTwoOfWhichOneFails(ShopContext context) =>
        context.AddRange(new Note { Text = "with the other" }, new Note { Id = Taken, Text = "there already" });

    protected static async Task TryAsync(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (Exception expected) when (expected is DbUpdateException or DbException or InvalidOperationException or OperationCanceledException)
        {
            return;
        }

        throw new InvalidOperationException("It did not fail.");
    }
}

public sealed class TheFirstSaveOfAHandlerOnSqlite : TheFirstSaveOfAHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class TheFirstSaveOfAHandlerOnPostgres : TheFirstSaveOfAHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    /// <summary>The connection breaks, and the handler goes on as if that did not matter.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task Counts_only_with_the_transaction_that_it_began(bool reads)
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            if (Calls == 1)
            {
                await BreakAsync(context);
                await TryAsync(() => NoteAsync(context, "lost", cancellationToken));
                context.ChangeTracker.Clear();
            }

            if (reads)
            {
                await context.Notes.CountAsync(cancellationToken); // connects again
            }
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "there", "call 2" }));
        Assert.That(LogEntries.Entries.Select(entry => entry.Exception?.Message), Has.Some.Contains("was lost before the handler returned"));
    }

    private async Task BreakAsync(ShopContext context)
    {
        var server = await context.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync();
        await NewContext().Database.SqlQueryRaw<bool>("SELECT pg_terminate_backend({0}, 10000) AS \"Value\"", server).SingleAsync();
    }
}

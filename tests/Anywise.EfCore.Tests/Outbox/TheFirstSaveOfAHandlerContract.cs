using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>It begins the transaction of a durable handler, so that nothing stands before it that a failure could take along.</summary>
public abstract class TheFirstSaveOfAHandlerContract : SavingHandlerTest
{
    private const int Taken = 1_000;
    private readonly Savepoints _savepoints = new();

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
        Assert.That(_savepoints.Count, Is.EqualTo(1), "for the last one alone");
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

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_savepoints);

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

    private static async Task TryAsync(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (Exception expected) when (expected is DbUpdateException or OperationCanceledException)
        {
            return;
        }

        throw new InvalidOperationException("It did not fail.");
    }

    private sealed class Savepoints : DbTransactionInterceptor
    {
        public int Count { get; private set; }

        public override Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
        {
            Count++;
            return Task.CompletedTask;
        }
    }
}

public sealed class TheFirstSaveOfAHandlerOnSqlite : TheFirstSaveOfAHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class TheFirstSaveOfAHandlerOnPostgres : TheFirstSaveOfAHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

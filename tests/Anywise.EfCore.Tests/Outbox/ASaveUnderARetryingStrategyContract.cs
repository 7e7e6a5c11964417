using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The execution strategy repeats a save, whether the database has committed it or not.</summary>
public abstract class ASaveUnderARetryingStrategyContract : OutboxTest
{
    private readonly LostAnswer _lostAnswer = new() { Failure = new NpgsqlException("lost", new IOException()) }; // on SQLite, too: it is the database that does not answer
    private readonly FailsOnce _afterTheInsert = new();

    [Test]
    public async Task Writes_its_row_once_when_it_failed_after_the_row_was_written()
    {
        var rows = 0;
        Seen.WhenHandled = async (_, _, _) => rows = (await RowsAsync()).Count;
        var context = await RenamedAsync();
        _afterTheInsert.Fails = true;

        await context.SaveChangesAsync();

        Assert.That(_afterTheInsert.Fails, Is.False);
        Assert.That(rows, Is.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderRenamed("first", "second") }));
        await EmptyAsync();
    }

    [Test]
    public async Task Writes_its_row_once_when_the_answer_to_its_commit_was_lost()
    {
        var context = NewContext();
        var note = new Note { Text = "first" };
        context.Add(note);
        await context.SaveChangesAsync();
        note.Text = "second"; // could be written twice
        context.Enqueue(new OrderPlaced("enqueued"));
        _lostAnswer.IsArmed = true;

        Assert.That(async () => await context.SaveChangesAsync(), Throws.InstanceOf<DbUpdateException>(), "the repeated save finds what the first has written");

        Assert.That(_lostAnswer.IsArmed, Is.False);
        Assert.That(await NewContext().Notes.Select(stored => stored.Text).SingleAsync(), Is.EqualTo("second"));
        await IsDeliveredOnceByARelayAsync(new OrderPlaced("enqueued"));
    }

    [Test]
    public async Task Writes_its_row_once_when_all_of_its_transaction_is_repeated_that_was_committed()
    {
        var (strategy, attempts) = (NewContext().Database.CreateExecutionStrategy(), 0);
        _lostAnswer.IsArmed = true;

        await strategy.ExecuteAsync(async () =>
        {
            attempts++;
            var context = NewContext();
            await using var transaction = await context.Database.BeginTransactionAsync();
            if (!await context.Orders.AnyAsync())
            {
                context.Add(new Order("first"));
                await context.SaveChangesAsync();
            }

            await transaction.CommitAsync();
        });

        Assert.That(attempts, Is.EqualTo(2));
        await IsDeliveredOnceByARelayAsync(new OrderPlaced("first"));
    }

    [Test]
    public async Task Delivers_what_was_rolled_back_and_repeated_once()
    {
        var (context, attempts) = (NewContext(), 0);
        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Order("first"));
            await context.SaveChangesAsync();
            if (++attempts < 3)
            {
                throw new TransientException();
            }

            await transaction.CommitAsync();
        });

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        await EmptyAsync();
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) =>
        options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>().AddInterceptors(_lostAnswer, _afterTheInsert);

    /// <summary>It changes a row, so that there is a transaction around it on each database.</summary>
    private async Task<ShopContext> RenamedAsync()
    {
        await using (var other = NewContext())
        {
            other.Add(new Order("first"));
            await other.SaveChangesAsync();
        }

        await EmptyAsync();
        Seen.Clear();
        var context = NewContext();
        (await context.Orders.SingleAsync()).Rename("second");
        return context;
    }

    private async Task IsDeliveredOnceByARelayAsync(object @event)
    {
        Assert.That(await RowsAsync(), Has.Count.EqualTo(1));
        Assert.That(Seen.Events, Is.Empty, "nobody knows here that it is committed");
        await EndLeasesAsync();
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { @event }));
    }

    private sealed class FailsOnce : DbCommandInterceptor
    {
        public bool Fails { get; set; }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (Fails && command.CommandText.Contains("INSERT INTO \"AnywiseOutbox\"", StringComparison.Ordinal))
            {
                Fails = false;
                throw new TransientException();
            }

            return new(result);
        }
    }
}

public sealed class ASaveUnderARetryingStrategyOnSqlite : ASaveUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ASaveUnderARetryingStrategyOnPostgres : ASaveUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The contexts of the outbox try again what fails for a reason that passes, and with it the handler: all that holds without holds then, too.</summary>
public abstract class AHandlerUnderARetryingStrategyContract : AHandlerThatSavesContract
{
    [Test]
    public async Task Is_called_again_at_once_in_a_new_scope_after_a_reason_that_passes()
    {
        var contexts = new HashSet<ShopContext>();
        Handle(async (context, cancellationToken) =>
        {
            contexts.Add(context);
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            if (Calls < 3)
            {
                throw new TransientException();
            }
        });

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 3" }));
        Assert.That(contexts, Has.Count.EqualTo(3));
        Assert.That(LogEntries.WarningIds, Is.Empty, "the outbox has not seen a failure");
    }

    [Test]
    public async Task Is_called_again_by_the_outbox_when_the_reason_does_not_pass()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            if (Calls <= 4)
            {
                throw new TransientException();
            }
        });
        await StartRelayAsync();

        await PlaceAsync();

        await EmptyAsync();
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 5" }), "one call and three more belong to the strategy");
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 9 }));
    }

    [Test]
    public async Task Is_repeated_alone_when_all_of_the_save_is_inside_of_the_strategy_too()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, $"call {Calls}", cancellationToken);
            if (Calls < 3)
            {
                throw new TransientException();
            }
        });
        var (context, saves) = (NewContext(), 0);

        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            saves++;
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Order("first"));
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
        });

        await EmptyAsync();
        Assert.That(saves, Is.EqualTo(1));
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "call 3" }));
        Assert.That(LogEntries.WarningIds, Is.Empty, "the outbox has not seen a failure");
    }

    protected override void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext>(options =>
    {
        Configure(options);
        options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>();
    });
}

public sealed class AHandlerUnderARetryingStrategyOnSqlite : AHandlerUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AHandlerUnderARetryingStrategyOnPostgres : AHandlerUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

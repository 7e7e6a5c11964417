using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>An event has one handler, which saves in the context of its scope.</summary>
public abstract class ASingleHandlerThatSavesContract : SavingHandlerTest
{
    [Test]
    public async Task Has_deleted_the_row_when_the_save_returns()
    {
        Handle((context, cancellationToken) => NoteAsync(context, "done", cancellationToken));

        await PlaceAsync();

        Assert.That(await RowsAsync(), Is.Empty, "at once");
        Assert.That(await NotesAsync(), Is.EqualTo(new[] { "done" }));
    }

    [Test]
    public async Task Leaves_the_row_with_its_error_when_the_save_returns_and_it_has_thrown()
    {
        Handle(async (context, cancellationToken) =>
        {
            await NoteAsync(context, "done", cancellationToken);
            Throw(isTime: true);
        });

        await PlaceAsync();

        Assert.That((await RowsAsync()).Single().Progress, Does.Contain("\"attempts\":1").And.Contain("not yet"));
        Assert.That(await NotesAsync(), Is.Empty);
    }
}

public sealed class ASingleHandlerThatSavesOnSqlite : ASingleHandlerThatSavesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ASingleHandlerThatSavesOnPostgres : ASingleHandlerThatSavesContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Contexts of two types have their outbox in one table, so that each type's relay takes rows of both.</summary>
public abstract class ATableOfTwoContextsContract : OutboxTest
{
    private readonly HashSet<string> _failed = [];

    [Test]
    public async Task Takes_what_a_handler_saves_in_either_together_with_its_success()
    {
        await CrashAsync("first", "second");

        await DeliverAsync<OtherContext>();
        Assert.That(await NotesAsync(), Is.Empty, "the handlers have failed after they saved");

        await EndLeasesAsync();
        await DeliverAsync<OtherContext>();
        Assert.That(await NotesAsync(), Is.EquivalentTo(new[] { "first", "second" }));
        await EmptyAsync();
    }

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<Noting>();

    protected override void AddContext(IServiceCollection services)
    {
        services.AddSingleton(_failed).AddDbContext<MainContext>(Configure).AddDbContext<OtherContext>(Configure);
        base.AddContext(services);
    }

    private async Task DeliverAsync<TContext>() where TContext : DbContext
    {
        await using var scope = Services.CreateAsyncScope();
        var outbox = scope.ServiceProvider.GetRequiredService<Outboxes>().Of(scope.ServiceProvider.GetRequiredService<TContext>(), new OutboxOptions());
        foreach (var claimed in (await outbox.ClaimAsync(max: 10, from: 0, CancellationToken.None)).Rows)
        {
            await outbox.DeliverAsync(claimed);
        }
    }

    private async Task<List<string>> NotesAsync() => await NewContext().Notes.Select(note => note.Text).ToListAsync();

    private sealed class MainContext(DbContextOptions<MainContext> options) : ShopContext(options);

    private sealed class OtherContext(DbContextOptions<OtherContext> options) : ShopContext(options);

    /// <summary>Fails once for each order.</summary>
    private sealed class Noting(MainContext context, HashSet<string> failed) : IEventHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            context.Add(new Note { Text = @event.Name });
            await context.SaveChangesAsync(cancellationToken);
            if (failed.Add(@event.Name))
            {
                throw new InvalidOperationException("not yet");
            }
        }
    }
}

public sealed class ATableOfTwoContextsOnSqlite : ATableOfTwoContextsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ATableOfTwoContextsOnPostgres : ATableOfTwoContextsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

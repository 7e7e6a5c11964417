using Anywise.EfCore.Tests.Support;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>Random histories of saves and transactions: handlers see the events of the rows that are there, in order, none twice, none too early.</summary>
public abstract class RandomHistoriesContract(int cases) : ShopTest
{
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency([.. Enum.GetValues<Move>().Select(move => (WeightOf(move), (IGen<Move>)Gen.Const(move)))]),
        Gen.Int[0, 3].Select(which => which == 0),
        Gen.Int[0, 15],
        Gen.Enum<Calls>(),
        (move, isOfOther, pick, calls) => new Step(move, isOfOther, pick, calls));

    private static readonly Gen<Script> Scripts = Gen.Select(Gen.Bool, Steps.Array[1, 30], (shares, steps) => new Script(shares, steps));

    private int _played;

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(Configure, optionsLifetime: ServiceLifetime.Singleton);

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.MaxCascadeDepth = Model.MaxCascadeDepth;
        anywise.AddHandler<FailingHandler>();
    }

    [Test]
    public async Task Deliver_exactly_the_events_of_the_rows_that_are_committed()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            var text = Events.TextOf(@event);
            if (Events.SavedByHandlerOf(text) is { } name)
            {
                var context = services.GetRequiredService<ShopContext>();
                context.Add(new Order(name));
                await context.SaveChangesAsync();
            }

            Events.FailIfAsked(text);
        };

        // a failure names its seed
        var seed = Environment.GetEnvironmentVariable("ANYWISE_SEED");
        var count = int.TryParse(Environment.GetEnvironmentVariable("ANYWISE_HISTORIES"), out var asked) ? asked : cases;
        await Scripts.SampleAsync(PlayAsync, iter: seed is null ? count : 1, threads: 1, seed: seed, print: script => script.ToString());
        await TestContext.Out.WriteLineAsync($"{_played} histories");
    }

    private static int WeightOf(Move move) => move switch
    {
        Move.Place or Move.Save => 6,
        Move.Raise or Move.SaveKeepingChanges or Move.JoinTheOther => 3,
        Move.Begin or Move.CreateSavepoint or Move.RollBackToSavepoint or Move.GiveUpConflicts => 2,
        _ => 1,
    };

    private async Task PlayAsync(Script script)
    {
        _played++;
        Seen.Clear();
        await ReadOrdersAsync(orders => orders.ExecuteDeleteAsync());
        Model model;
        await using (var history = new History(Services.GetRequiredService<DbContextOptions<ShopContext>>(), script.SharesConnection, Database.IsPostgres))
        {
            model = history.Model;
            foreach (var step in script.Steps)
            {
                await history.PlayAsync(step);
                Compare("seen by handlers", model.Delivered, Seen.Events.Select(Events.TextOf));
                foreach (var (of, expected, actual) in history.Pending())
                {
                    Compare($"pending on {of}", expected, actual);
                }
            }
        }

        Compare("seen by handlers", model.Delivered, Seen.Events.Select(Events.TextOf));
        var stored = await ReadOrdersAsync(orders => orders.Select(order => order.Name).ToListAsync());
        Compare("stored", model.Stored.Order(), stored.Order());
    }

    private async Task<T> ReadOrdersAsync<T>(Func<IQueryable<Order>, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<ShopContext>().Orders.AsNoTracking());
    }

    /// <remarks>No assertion of NUnit's, which would collect every failure on the way to the shortest history.</remarks>
    private static void Compare(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new InvalidOperationException($"{what}: expected [{string.Join(", ", expected)}], but was [{string.Join(", ", actual)}]");
        }
    }
}

public sealed class RandomHistoriesOnSqlite() : RandomHistoriesContract(cases: 3_000)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class RandomHistoriesOnPostgres() : RandomHistoriesContract(cases: 1_000)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

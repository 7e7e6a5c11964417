using Anywise.EfCore.Tests.Support;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Histories;

/// <summary>Random histories of saves and transactions: handlers see the events of the rows that are there, in order, none twice.</summary>
public abstract class RandomHistoriesContract(int cases) : ShopTest
{
    private static readonly Gen<Step[]> Histories = Gen.Select(
        Gen.Enum<Move>(), Gen.Bool.Select(first => first ? "a" : "b"), Gen.Enum<Calls>(), (move, savepoint, calls) => new Step(move, savepoint, calls)).Array[1, 25];

    private int _histories;

    protected override void AddContext(IServiceCollection services) => services.AddDbContextPool<ShopContext>(Configure, poolSize: 1);

    [Test]
    public async Task Deliver_exactly_the_events_of_the_rows_that_are_committed()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is OrderPlaced placed && History.IsHandledByASave(placed.Name))
            {
                var context = services.GetRequiredService<ShopContext>();
                context.Add(new Order(History.SavedByTheHandlerOf(placed.Name)));
                await context.SaveChangesAsync();
            }
        };

        // A failure names its seed; with ANYWISE_SEED it is played again.
        await Histories.SampleAsync(
            PlayAsync, iter: cases, threads: 1, seed: Environment.GetEnvironmentVariable("ANYWISE_SEED"), print: steps => string.Join("\n", steps.AsEnumerable()));
        await TestContext.Out.WriteLineAsync($"{_histories} histories");
    }

    private async Task PlayAsync(Step[] steps)
    {
        Seen.Clear();
        List<string> delivered;
        await using (var history = new History(Services, ++_histories))
        {
            foreach (var step in steps)
            {
                await history.PlayAsync(step);
            }

            delivered = history.Model.Delivered;
        }

        await using var scope = Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        var stored = await context.Orders.AsNoTracking().Select(order => order.Name).ToListAsync();
        await context.Orders.ExecuteDeleteAsync();

        var seen = Seen.Events.Cast<OrderPlaced>().Select(placed => placed.Name).ToList();
        if (!seen.SequenceEqual(delivered) || !stored.Order().SequenceEqual(delivered.Order()))
        {
            // no assertion of NUnit's, which would collect every failure on the way to the shortest history
            throw new InvalidOperationException(
                $"Expected: {string.Join(", ", delivered)}\nSeen by handlers: {string.Join(", ", seen)}\nStored: {string.Join(", ", stored)}");
        }
    }
}

public sealed class RandomHistoriesOnSqlite() : RandomHistoriesContract(cases: 3_000)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class RandomHistoriesOnPostgres() : RandomHistoriesContract(cases: 300)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.Crashes.Worker;

/// <summary>Place orders and go on with them, one after the other, until the process ends. A third of what they save is rolled back.</summary>
internal sealed class Producers(WorkerSettings settings, Journal journal, IServiceScopeFactory scopes) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Producers).Select(number => Task.Run(() => ProduceAsync(new Random(settings.Seed + number), stoppingToken), stoppingToken)));

    private async Task ProduceAsync(Random random, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await PlaceAndGoOnAsync(random, stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"An order did not go on: {failure.Message}"); // whether it is there, the database knows
            }

            await Task.Delay(random.Next(20), stopping);
        }
    }

    private async Task PlaceAndGoOnAsync(Random random, CancellationToken stopping)
    {
        var placed = await SaveAsync(context => Task.FromResult(Place(context, random)), random.Next(3), stopping);
        for (var more = random.Next(3); placed is not null && more > 0; more--)
        {
            await SaveAsync(context => GoOnAsync(context, placed.Id, stopping), random.Next(3), stopping);
        }
    }

    private static Order Place(ShopContext context, Random random)
    {
        var (order, at) = (new Order(), TimeProvider.System.GetUtcNow().AddMilliseconds(random.Next(1500)));
        context.Add(order);
        context.Enqueue(new Remind(order.Id, at.ToUnixTimeMilliseconds()), at);
        return order;
    }

    private static async Task<Order> GoOnAsync(ShopContext context, Guid id, CancellationToken stopping)
    {
        var order = await context.Orders.SingleAsync(order => order.Id == id, stopping);
        order.GoOn();
        return order;
    }

    /// <summary>Null if it was rolled back.</summary>
    private async Task<Order?> SaveAsync(Func<ShopContext, Task<Order>> change, int kind, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        return kind switch
        {
            0 => await SaveAloneAsync(change, context, stopping),
            _ => await context.Database.CreateExecutionStrategy().ExecuteAsync(() => SaveInTransactionAsync(change, commits: kind == 1, stopping)),
        };
    }

    private async Task<Order> SaveAloneAsync(Func<ShopContext, Task<Order>> change, ShopContext context, CancellationToken stopping)
    {
        var order = await change(context);
        await context.SaveChangesAsync(stopping);
        journal.Saved(order);
        return order;
    }

    /// <summary>The execution strategy may repeat it, with a new context.</summary>
    private async Task<Order?> SaveInTransactionAsync(Func<ShopContext, Task<Order>> change, bool commits, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        await using var transaction = await context.Database.BeginTransactionAsync(stopping);
        var order = await change(context);
        await context.SaveChangesAsync(stopping);
        if (!commits)
        {
            return null;
        }

        await transaction.CommitAsync(stopping);
        journal.Saved(order);
        return order;
    }
}

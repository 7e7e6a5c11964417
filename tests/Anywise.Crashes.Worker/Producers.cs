using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.Crashes.Worker;

/// <summary>Place orders, one after the other, until the process ends. A third of them is rolled back.</summary>
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
                await PlaceAsync(random.Next(3), stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"An order was not placed: {failure.Message}"); // whether it is there, the database knows
            }

            await Task.Delay(random.Next(20), stopping);
        }
    }

    private async Task PlaceAsync(int kind, CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        var order = new Order();
        context.Add(order);
        if (kind == 0)
        {
            await context.SaveChangesAsync(stopping);
        }
        else
        {
            await using var transaction = await context.Database.BeginTransactionAsync(stopping);
            await context.SaveChangesAsync(stopping);
            if (kind == 1)
            {
                return;
            }

            await transaction.CommitAsync(stopping);
        }

        journal.Saved(order.Id);
    }
}

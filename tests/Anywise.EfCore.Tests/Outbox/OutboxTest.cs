using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The shop with an outbox. Its relay runs only in tests that start it.</summary>
public abstract class OutboxTest : ShopTest
{
    /// <summary>Handlers that are tried again are tried again at once.</summary>
    protected virtual void ConfigureOutbox(OutboxOptions outbox) => outbox.RetryDelay = TimeSpan.FromMilliseconds(1);

    protected override void ConfigureEvents(AnywiseEventsBuilder events) => events.UseOutbox(ConfigureOutbox);

    /// <summary>Starts the relay of a process: the first, or another one with a container of its own.</summary>
    protected async Task StartRelayAsync(IServiceProvider? services = null)
    {
        var relays = (services ?? Services).GetServices<IHostedService>().OfType<OutboxRelays>().Single();
        await relays.StartAsync(CancellationToken.None);
        Dispose(new Stop(relays));
    }

    /// <summary>What is in the table, as text.</summary>
    protected async Task<List<Row>> RowsAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
        return await context.Set<Dictionary<string, object>>(OutboxTable.Entity).AsNoTracking()
            .Select(row => new Row(
                (Guid)row[OutboxTable.Id], (long)row[OutboxTable.DueAt], (int)row[OutboxTable.Attempt],
                (string)row[OutboxTable.Payload], (string?)row[OutboxTable.Progress], (int)row[OutboxTable.Dead]))
            .ToListAsync();
    }

    /// <summary>The table is empty, at the latest when what is under way is written.</summary>
    protected Task EmptyAsync() => UntilAsync(async () => (await RowsAsync()).Count == 0);

    protected static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await reached())
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, "The state was not reached in 20 seconds.");
            await Task.Yield();
        }
    }

    protected async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.ExecuteSqlRawAsync(sql, parameters);
    }

    /// <summary>The process ends between the commit, of which Anywise does not hear, and the delivery.</summary>
    protected async Task<List<Guid>> CrashAsync(params string[] names) => await CrashAsync(names, isOver: true);

    protected async Task<List<Guid>> CrashAsync(string[] names, bool isOver)
    {
        foreach (var name in names)
        {
            await using var scope = Services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<ShopContext>();
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Order(name));
            await context.SaveChangesAsync();
            await transaction.GetDbTransaction().CommitAsync();
        }

        if (isOver)
        {
            await EndLeasesAsync();
        }

        return (await RowsAsync()).ConvertAll(row => row.Id);
    }

    /// <summary>Another process has written the row and died: its lease is over.</summary>
    protected async Task EndLeasesAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.ExecuteSqlRawAsync(
            $"UPDATE \"AnywiseOutbox\" SET \"DueAt\" = 0 WHERE \"DueAt\" < {OutboxTable.Never}");
    }

    protected sealed record Row(Guid Id, long DueAt, int Attempt, string Payload, string? Progress, int Dead);

    private sealed class Stop(OutboxRelays relays) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await relays.StopAsync(CancellationToken.None);
    }
}

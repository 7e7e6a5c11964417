using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Allocation.Data;
using Allocation.Domain;
using Allocation.Tests.Support;
using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Allocation.Tests.Http;

/// <summary>They want the last units of four products, of which the buyers buy too few. Redis restarts meanwhile.</summary>
public abstract class SixteenClientsContract : RedisTest
{
    private const int Clients = 16;
    private static readonly string[] Skus = ["CHAIR", "TABLE", "LAMP", "CLOCK"];
    private readonly ConcurrentBag<string> _accepted = [];
    private readonly ConcurrentBag<string> _visibleAtOnce = [];
    private readonly ConcurrentBag<(string Path, HttpStatusCode Status)> _answers = [];
    private int _requests;
    private int _seed;

    [Test]
    public Task Get_what_there_is_and_not_more_and_everybody_hears_of_it() => OrderAsync(progress: (requests, _) => requests / 240.0);

    [Test, Explicit, Category("Long")]
    public Task Get_what_there_is_for_half_a_minute_and_not_more() => OrderAsync(progress: (_, elapsed) => elapsed / TimeSpan.FromSeconds(30));

    protected abstract override Task<TestDatabase> NewDatabaseAsync();

    private async Task OrderAsync(Func<int, TimeSpan, double> progress)
    {
        _seed = int.TryParse(Environment.GetEnvironmentVariable("ANYWISE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"ANYWISE_SEED={_seed}");
        foreach (var sku in Skus)
        {
            await AddBatchAsync($"{sku}-first", sku, 20);
        }

        var clock = Stopwatch.StartNew();
        double Progress() => progress(Volatile.Read(ref _requests), clock.Elapsed);
        await Task.WhenAll([RestartRedisAsync(Progress), .. Enumerable.Range(0, Clients).Select(client => Task.Run(() => OrderAsync(client, Progress)))]);
        await TestContext.Out.WriteLineAsync($"{_requests} requests in {clock.Elapsed.TotalSeconds:0.0} s");
        await UntilAsync(async () => await WaitingAsync() == 0, "The outbox is empty.");

        await IsConsistentAsync();
    }

    /// <summary>One request of eight buys some units more; the others want twice as many.</summary>
    private async Task OrderAsync(int client, Func<double> progress)
    {
        var random = new Random(_seed + client);
        while (progress() < 1)
        {
            var number = Interlocked.Increment(ref _requests);
            var sku = Skus[random.Next(Skus.Length)];
            if (number % 8 == 0)
            {
                using var response = await PostAsync("/add_batch", new { @ref = $"{sku}-{number}", sku, qty = 1 + random.Next(12), eta = (string?)null });
                _answers.Add(("/add_batch", response.StatusCode));
                continue;
            }

            var order = $"order-{number}";
            var status = await AllocateAsync(order, sku, qty: 1 + random.Next(3));
            _answers.Add(("/allocate", status));
            if (status == HttpStatusCode.Accepted)
            {
                _accepted.Add(order);
                if (await AllocationsOfAsync(order) is not null)
                {
                    _visibleAtOnce.Add(order);
                }
            }
        }
    }

    private async Task RestartRedisAsync(Func<double> progress)
    {
        foreach (var (stop, start) in new[] { (0.2, 0.3), (0.6, 0.8) })
        {
            await UntilAsync(() => Task.FromResult(progress() >= stop), "It is time to stop Redis.");
            await Redis.StopAsync();
            await UntilAsync(() => Task.FromResult(progress() >= start), "It is time to start Redis.");
            await Redis.StartAsync();
        }
    }

    private async Task<long> WaitingAsync()
    {
        var counts = await App.Services.GetRequiredService<IOutbox<AllocationDbContext>>().CountAsync();
        Assert.That(counts.Dead, Is.Zero);
        return counts.Waiting;
    }

    private async Task IsConsistentAsync()
    {
        var products = await App.StoredAsync(context => context.Products.ToListAsync());
        var lines = products.SelectMany(product => product.Batches).SelectMany(batch => batch.Lines.Select(line => (line.OrderId, line.Sku, BatchRef: batch.Id))).ToList();
        var published = Published.ToList();
        var outOfStock = App.Outside.Mails.Count;
        await TestContext.Out.WriteLineAsync(
            $"{lines.Count} lines allocated, {outOfStock} out of stock, {_answers.Count(answer => answer.Status == HttpStatusCode.Conflict)} conflicts, "
            + $"{products.Sum(product => product.Batches.Count)} batches, {published.Count} published ({published.Count - published.Distinct().Count()} twice)");

        Assert.That(_answers.Where(answer => answer.Path == "/add_batch").Select(answer => answer.Status), Is.All.AnyOf(HttpStatusCode.Created, HttpStatusCode.Conflict));
        Assert.That(_answers.Where(answer => answer.Path == "/allocate").Select(answer => answer.Status), Is.All.AnyOf(HttpStatusCode.Accepted, HttpStatusCode.Conflict));
        Assert.That(products.SelectMany(product => product.Batches).Select(batch => batch.AvailableQuantity), Is.All.GreaterThanOrEqualTo(0), "oversold");
        Assert.That(products.Select(product => product.Version), Is.EqualTo(products.Select(SavesOf)), "a version for each save since the first");
        Assert.That(lines.Select(line => line.OrderId), Is.SubsetOf(_accepted), "a conflict was stored");
        Assert.That(lines.Select(line => line.OrderId), Is.EquivalentTo(_visibleAtOnce), "what was acknowledged was visible at once");
        Assert.That(_accepted, Has.Count.EqualTo(lines.Count + outOfStock));
        Assert.That(await App.ViewAsync(), Is.EquivalentTo(lines));
        Assert.That(published.Select(line => (line.OrderId, line.Sku, line.BatchRef)).Distinct(), Is.EquivalentTo(lines));
    }

    private static int SavesOf(Product product) => product.Batches.Count - 1 + product.Batches.Sum(batch => batch.Lines.Count);
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SixteenClientsOnSqlite : SixteenClientsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SixteenClientsOnPostgres : SixteenClientsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

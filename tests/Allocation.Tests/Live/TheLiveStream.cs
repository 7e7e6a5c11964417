using System.Net.ServerSentEvents;
using System.Text.Json;
using Allocation.Domain;
using Allocation.Live;
using Allocation.Tests.Support;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Allocation.Tests.Live;

public sealed class TheLiveStream : ApiTest
{
    private Rival _rival = null!;
    private Func<int, bool> _isFaster = _ => false;

    protected override AllocationApp NewApp()
    {
        _isFaster = _ => false;
        _rival = new Rival(Database, save => _isFaster(save));
        return new AllocationApp(Database) { Interceptor = _rival };
    }

    [Test]
    public async Task Begins_with_the_stock_and_the_latest_stories()
    {
        await AddBatchAsync("late", "CHAIR", 100, "2011-01-02");
        await AddBatchAsync("here", "CHAIR", 10);
        await AllocateAsync("o1", "CHAIR", 3);

        await using var news = ReadAsync().GetAsyncEnumerator();
        await news.MoveNextAsync();

        Assert.That(news.Current.EventType, Is.EqualTo("snapshot"));
        Assert.That(news.Current.ReconnectionInterval, Is.EqualTo(TimeSpan.FromSeconds(1)));
        var stock = news.Current.Data.Stock;
        Assert.That((stock.ProductCount, stock.AllocationCount), Is.EqualTo((1, 1)));
        Assert.That((stock.Products[0].Sku, stock.Products[0].Version), Is.EqualTo(("CHAIR", 2)));
        Assert.That(stock.Products[0].Batches, Is.EqualTo(new[]
        {
            new BatchInStock("here", null, 10, 7),
            new BatchInStock("late", new DateOnly(2011, 1, 2), 100, 100),
        }));
        Assert.That(stock.Allocations, Is.EqualTo(new[] { new LineInStock("o1", "CHAIR", "here") }));
        Assert.That(TreeOf(news.Current.Data.Happenings), Is.EqualTo(new[]
        {
            "CreateBatch", "CreateBatch", "Allocate", "Allocate > Allocated", "Allocate > Allocated > UpdateAllocationsView", "Allocate > Allocated > PublishLineAllocated",
        }));
    }

    [Test]
    public async Task Tells_what_a_command_caused_and_what_came_of_it()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AddBatchAsync("b2", "CHAIR", 10);
        await AllocateAsync("o1", "CHAIR", 10);

        var told = await TellAsync(() => App.SendAsync(new ChangeBatchQuantity("b1", 5)), over: "ChangeBatchQuantity");

        const string Again = "ChangeBatchQuantity > Deallocated > AllocateAgain > Allocate";
        Assert.That(TreeOf(told.Happenings), Is.EqualTo(new[]
        {
            "ChangeBatchQuantity", "ChangeBatchQuantity > Deallocated", "ChangeBatchQuantity > Deallocated > UpdateAllocationsView",
            "ChangeBatchQuantity > Deallocated > AllocateAgain", Again,
            $"{Again} > Allocated", $"{Again} > Allocated > UpdateAllocationsView", $"{Again} > Allocated > PublishLineAllocated",
        }));
        Assert.That(told.Happenings, Has.All.Property("Milliseconds").GreaterThan(0).And.All.Property("Failure").Null);
        Assert.That(told.Happenings[0].Contents, Is.EqualTo(new[] { new Field("ref", "b1"), new Field("qty", "5") }));
        Assert.That(told.Stock.Allocations, Is.EqualTo(new[] { new LineInStock("o1", "CHAIR", "b2") }));
    }

    [Test]
    public async Task Tells_why_a_handler_failed_that_nobody_waits_for()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AddBatchAsync("b2", "CHAIR", 10, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 10);
        _isFaster = save => save > 2; // the first allocates, the second deallocates

        var told = await TellAsync(() => App.SendAsync(new ChangeBatchQuantity("b1", 5)), over: "ChangeBatchQuantity");

        Assert.That(
            told.Happenings.Where(happening => happening.Failure is not null).Select(happening => (happening.Kind, happening.Name)),
            Is.EqualTo(new[] { (HappeningKind.Handler, "AllocateAgain"), (HappeningKind.Command, "Allocate") }));
        Assert.That(told.Happenings.Single(happening => happening.Name == "AllocateAgain").Failure, Does.Contain("somebody else has changed"));
    }

    [Test]
    public async Task Tells_nothing_of_queries_and_shortens_long_texts()
    {
        var told = await TellAsync(
            async () =>
            {
                await AllocationsOfAsync("o1");
                await AddBatchAsync(new string('b', 255), "CHAIR", 10);
            },
            over: "CreateBatch");

        Assert.That(told.Happenings.Select(happening => happening.Name), Is.EqualTo(new[] { "CreateBatch" }));
        Assert.That(told.Happenings[0].Contents[0].Value, Has.Length.EqualTo(121).And.EndsWith("b…"));
    }

    [Test]
    public async Task Ends_when_the_application_stops()
    {
        await using var news = ReadAsync().GetAsyncEnumerator();
        await news.MoveNextAsync();

        var feed = App.Services.GetRequiredService<LiveFeed>();
        App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.That(await news.MoveNextAsync(), Is.False);
        using var late = feed.Watch();
        Assert.That(await late.WaitAsync(CancellationToken.None), Is.False);
    }

    [Test]
    public async Task Tells_now_and_then_what_other_processes_have_done()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        var clock = new FakeTimeProvider();
        var stream = new LiveStream(App.Services.GetRequiredService<LiveFeed>(), App.Services.GetRequiredService<IServiceScopeFactory>(), clock);
        await using var news = stream.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        await news.MoveNextAsync();
        await App.StoredAsync(context => context.Database.ExecuteSqlAsync($"UPDATE batches SET purchased_quantity = 7"));

        var next = news.MoveNextAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(15));

        Assert.That(await next.WaitAsync(Patience), Is.True);
        Assert.That(news.Current.Data.Happenings, Is.Empty);
        Assert.That(news.Current.Data.Stock.Products[0].Batches[0].Available, Is.EqualTo(7));
    }

    /// <summary>All news from a moment before something is done until a message of this name is over, as one.</summary>
    private async Task<News> TellAsync(Func<Task> something, string over)
    {
        await using var news = ReadAsync().GetAsyncEnumerator();
        await news.MoveNextAsync();
        await something();

        var told = new OrderedDictionary<string, Happening>();
        while (!told.Values.Any(happening => happening.Name == over && happening.Milliseconds is not null))
        {
            Assert.That(await news.MoveNextAsync(), Is.True);
            foreach (var happening in news.Current.Data.Happenings)
            {
                told[happening.Id] = happening;
            }
        }

        return news.Current.Data with { Happenings = [.. told.Values] };
    }

    private async IAsyncEnumerable<SseItem<News>> ReadAsync()
    {
        var json = App.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        await using var stream = await Client.GetStreamAsync(new Uri("/live/stream", UriKind.Relative));
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var item in SseParser.Create(stream, (_, bytes) => JsonSerializer.Deserialize<News>(bytes, json)!).EnumerateAsync(patience.Token))
        {
            yield return item;
        }
    }

    /// <summary>Each happening, behind those that led to it.</summary>
    private static List<string> TreeOf(IReadOnlyList<Happening> happenings)
    {
        var paths = new Dictionary<string, string>();
        foreach (var happening in happenings)
        {
            paths[happening.Id] = happening.Cause is not null && paths.TryGetValue(happening.Cause, out var cause) ? $"{cause} > {happening.Name}" : happening.Name;
        }

        return [.. paths.Values];
    }
}

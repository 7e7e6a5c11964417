using System.Net;
using Allocation.Domain;
using Allocation.Tests.Support;

namespace Allocation.Tests.Http;

public abstract class AFasterRivalContract : ApiTest
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
    public async Task Costs_some_attempts_and_not_the_allocation()
    {
        await AddBatchAsync("b1", "CHAIR", 100);
        _isFaster = save => save <= 2;

        Assert.That(await AllocateAsync("o1", "CHAIR", 10), Is.EqualTo(HttpStatusCode.Accepted));

        Assert.That(_rival.Saves, Is.EqualTo(3));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 1, 1)));
        Assert.That(App.Outside.Published, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Every_time_is_a_conflict_that_stores_and_tells_nothing()
    {
        await AddBatchAsync("b1", "CHAIR", 100);
        _isFaster = _ => true;

        using var response = await PostAsync("/allocate", new { orderid = "o1", sku = "CHAIR", qty = 10 });

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(_rival.Saves, Is.EqualTo(6));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 0, 0)));
        Assert.That(App.Outside.Published, Is.Empty);
    }

    [Test]
    public async Task Does_not_lose_a_line_that_is_allocated_again()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AddBatchAsync("b2", "CHAIR", 10, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 10);
        _isFaster = save => save == 3; // the first allocates, the second deallocates

        await App.SendAsync(new ChangeBatchQuantity("b1", 5));

        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"b2"}]"""));
        Assert.That(_rival.Saves, Is.EqualTo(4));
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();
}

public sealed class AFasterRivalOnSqlite : AFasterRivalContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class AFasterRivalOnPostgres : AFasterRivalContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

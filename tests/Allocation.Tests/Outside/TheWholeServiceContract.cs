using System.Net;
using Allocation.Outside.Smtp;
using Allocation.Tests.Support;

namespace Allocation.Tests.Outside;

/// <summary>The story of the book with all that is around the service: a database, Redis, and a mail server.</summary>
public abstract class TheWholeServiceContract : RedisTest
{
    private readonly MailCatcher _mails = new();

    [Test]
    public async Task Allocates_publishes_listens_allocates_again_and_mails()
    {
        await AddBatchAsync("early", "CHAIR", 100, "2011-01-01");
        await AddBatchAsync("late", "CHAIR", 100, "2011-01-02");
        Assert.That(await AllocateAsync("o1", "CHAIR", 60), Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"early"}]"""));

        await SayBatchQuantityAsync("""{"batchref":"early","qty":50}""");
        await UntilAsync(async () => await AllocationsOfAsync("o1") == """[{"sku":"CHAIR","batchref":"late"}]""", "The line has moved to the later batch.");
        Assert.That(await AllocateAsync("o2", "CHAIR", 99), Is.EqualTo(HttpStatusCode.Accepted));

        await UntilAsync(() => Task.FromResult(_mails.Mails.Count == 1), "The mail has come.");
        await UntilAsync(() => Task.FromResult(Redis.Heard.Count >= 2), "Both allocations are published.");
        Assert.That(Redis.Heard, Is.EqualTo(new[]
        {
            """{"orderid":"o1","sku":"CHAIR","qty":60,"batchref":"early"}""",
            """{"orderid":"o1","sku":"CHAIR","qty":60,"batchref":"late"}""",
        }));
        Assert.That(await App.AvailableInAsync("early"), Is.EqualTo(50));
        Assert.That(await App.AvailableInAsync("late"), Is.EqualTo(40));
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();

    protected override Task StartRedisAsync()
    {
        _mails.Start();
        return base.StartRedisAsync();
    }

    protected override async ValueTask EndOutsideAsync()
    {
        await base.EndOutsideAsync();
        await _mails.DisposeAsync();
    }

    protected override AllocationApp NewApp() => new(Database) { Redis = Redis.ConnectionString, Smtp = new SmtpAddress("127.0.0.1", _mails.Port) };
}

public sealed class TheWholeServiceOnSqlite : TheWholeServiceContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class TheWholeServiceOnPostgres : TheWholeServiceContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

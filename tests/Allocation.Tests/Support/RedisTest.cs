using System.Text.Json;
using Allocation.Handlers;
using Anywise.TestServers;

namespace Allocation.Tests.Support;

/// <summary>The application with a Redis of its own. Without the binary the test is skipped, or fails where it is required.</summary>
public abstract class RedisTest : ApiTest
{
    protected LocalRedis Redis { get; private set; } = null!;

    /// <summary>What was published on <c>line_allocated</c>.</summary>
    protected IEnumerable<LineAllocated> Published => Redis.Heard.Select(message => JsonSerializer.Deserialize<LineAllocated>(message)!);

    protected override Task StartOutsideAsync()
    {
        if (LocalRedis.Missing is { } missing)
        {
            Assert.That(LocalRedis.IsRequired, Is.False, missing);
            Assert.Ignore(missing);
        }

        Redis = LocalRedis.Prepare("line_allocated");
        return StartRedisAsync();
    }

    protected override ValueTask EndOutsideAsync() => Redis?.DisposeAsync() ?? default;

    protected virtual Task StartRedisAsync() => Redis.StartAsync();

    protected override AllocationApp NewApp() => new(Database) { Redis = Redis.ConnectionString };

    /// <summary>Others say how much is in a batch, once somebody listens.</summary>
    protected async Task SayBatchQuantityAsync(string message)
    {
        await UntilAsync(async () => await Redis.SubscribersOfAsync("change_batch_quantity") == 1, "The application has subscribed.");
        await Redis.PublishAsync("change_batch_quantity", message);
    }
}

using System.Net;
using Allocation.Tests.Support;

namespace Allocation.Tests.Outside;

/// <summary>They publish and subscribe through Redis, as in the book.</summary>
public sealed class OtherSystems : RedisTest
{
    [Test]
    public async Task Hear_of_a_line_that_is_allocated()
    {
        await AddBatchAsync("b1", "CHAIR", 10);

        await AllocateAsync("o1", "CHAIR", 3);

        await UntilAsync(() => Task.FromResult(Redis.Heard.Count > 0), "It is published.");
        Assert.That(Redis.Heard, Is.EqualTo(new[] { """{"orderid":"o1","sku":"CHAIR","qty":3,"batchref":"b1"}""" }));
    }

    [TestCase("", "malformed")]
    [TestCase("nonsense", "malformed")]
    [TestCase("null", "malformed")]
    [TestCase("[]", "malformed")]
    [TestCase("""{"batchref":"b1"}""", "malformed")]
    [TestCase("""{"qty":5}""", "malformed")]
    [TestCase("""{"batchref":null,"qty":5}""", "malformed")]
    [TestCase("""{"batchref":"b1","qty":"5"}""", "malformed")]
    [TestCase("""{"batchref":"b1","qty":5.5}""", "malformed")]
    [TestCase("""{"batchref":"b1","qty":-1}""", "could not be obeyed")]
    [TestCase("""{"batchref":"nobody's","qty":5}""", "could not be obeyed")]
    public async Task Are_told_in_the_log_that_a_message_was_skipped_and_then_heard_again(string message, string reason)
    {
        await AddBatchAsync("b1", "CHAIR", 10);

        await SayBatchQuantityAsync(message);
        await SayBatchQuantityAsync("""{"batchref":"b1","qty":7}""");

        await UntilAsync(async () => await App.AvailableInAsync("b1") == 7, "The second message is obeyed.");
        Assert.That(App.Log.Lines, Has.One.Contains(reason));
    }

    [Test]
    public async Task May_say_more_than_they_have_to()
    {
        await AddBatchAsync("b1", "CHAIR", 10);

        await SayBatchQuantityAsync("""{"batchref":"b1","qty":7,"why":"counted"}""");

        await UntilAsync(async () => await App.AvailableInAsync("b1") == 7, "It is obeyed.");
    }

    [Test]
    public async Task That_are_away_hold_up_nothing_and_miss_nothing()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await Redis.StopAsync();

        Assert.That(await AllocateAsync("o1", "CHAIR", 3), Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"b1"}]"""));

        await Redis.StartAsync();
        await UntilAsync(() => Task.FromResult(Published.Any(line => line.OrderId == "o1")), "It is published now.");
        await SayBatchQuantityAsync("""{"batchref":"b1","qty":7}""");
        await UntilAsync(async () => await App.AvailableInAsync("b1") == 4, "The application listens again.");
    }
}

/// <summary>Redis starts after the application.</summary>
public sealed class OtherSystemsThatComeLater : RedisTest
{
    protected override Task StartRedisAsync() => Task.CompletedTask;

    [Test]
    public async Task Are_waited_for_and_hear_everything()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        Assert.That(await AllocateAsync("o1", "CHAIR", 3), Is.EqualTo(HttpStatusCode.Accepted));

        await Redis.StartAsync();

        await UntilAsync(() => Task.FromResult(Published.Any(line => line.OrderId == "o1")), "It is published.");
        await SayBatchQuantityAsync("""{"batchref":"b1","qty":7}""");
        await UntilAsync(async () => await App.AvailableInAsync("b1") == 4, "The application listens.");
    }
}

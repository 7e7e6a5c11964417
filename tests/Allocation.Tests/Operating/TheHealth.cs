using System.Net;
using Allocation.Tests.Support;

namespace Allocation.Tests.Operating;

public sealed class TheHealth : RedisTest
{
    [Test]
    public async Task Says_that_everything_answers()
    {
        Assert.That(await AskAsync("/health/live"), Is.EqualTo((HttpStatusCode.OK, "Healthy")));
        Assert.That(await AskAsync("/health/ready"), Is.EqualTo(
            (HttpStatusCode.OK, """{"status":"Healthy","checks":{"redis":"Healthy","database":"Healthy","outbox":"Healthy"}}""")));
    }

    [Test]
    public async Task Is_degraded_without_Redis_for_orders_are_taken_all_the_same()
    {
        await Redis.StopAsync();

        Assert.That(await AskAsync("/health/ready"), Is.EqualTo(
            (HttpStatusCode.OK, """{"status":"Degraded","checks":{"redis":"Degraded","database":"Healthy","outbox":"Healthy"}}""")));
    }

    [Test]
    public async Task Is_bad_without_the_database_but_the_process_lives()
    {
        await Database.DisposeAsync();

        var (status, answer) = await AskAsync("/health/ready");

        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(answer, Does.Contain("\"database\":\"Unhealthy\""));
        Assert.That(await AskAsync("/health/live"), Is.EqualTo((HttpStatusCode.OK, "Healthy")));
    }

    private async Task<(HttpStatusCode Status, string Answer)> AskAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

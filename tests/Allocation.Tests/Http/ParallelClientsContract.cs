using System.Net;
using Allocation.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Tests.Http;

public abstract class ParallelClientsContract : ApiTest
{
    [Test]
    public async Task Never_sell_more_than_there_is_and_leave_no_gap_in_the_versions()
    {
        const int Clients = 30;
        await AddBatchAsync("b1", "CHAIR", 100);

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
            (Order: $"o{client}", Status: await AllocateAsync($"o{client}", "CHAIR", 7))));

        var product = await App.StoredAsync(context => context.Products.SingleAsync());
        var batch = product.Batches.Single();
        var conflicts = answers.Where(answer => answer.Status == HttpStatusCode.Conflict).Select(answer => answer.Order).ToList();
        Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(HttpStatusCode.Accepted, HttpStatusCode.Conflict));
        Assert.That(batch.AvailableQuantity, Is.GreaterThanOrEqualTo(0));
        Assert.That(product.Version, Is.EqualTo(batch.Lines.Count));
        Assert.That(batch.Lines.Select(line => line.OrderId), Is.Unique);
        Assert.That(batch.Lines.Select(line => line.OrderId).Intersect(conflicts), Is.Empty, "a conflict was stored");
        Assert.That((await App.ViewAsync()).Select(row => row.OrderId), Is.EquivalentTo(batch.Lines.Select(line => line.OrderId)));
        Assert.That(batch.Lines.Count + conflicts.Count + App.Outside.Mails.Count, Is.EqualTo(Clients), "each was allocated, out of stock, or a conflict");
        TestContext.Out.WriteLine($"{batch.Lines.Count} allocated, {App.Outside.Mails.Count} out of stock, {conflicts.Count} conflicts");
    }

    [Test]
    public async Task Both_succeed_when_two_of_them_meet()
    {
        await AddBatchAsync("b1", "CHAIR", 100);

        var answers = await Task.WhenAll(AllocateAsync("o1", "CHAIR", 10), AllocateAsync("o2", "CHAIR", 10));

        Assert.That(answers, Is.All.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await App.AvailableInAsync("b1"), Is.EqualTo(80));
        Assert.That(await App.StoredAsync(context => context.Products.Select(product => product.Version).SingleAsync()), Is.EqualTo(2));
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();
}

public sealed class ParallelClientsOnSqlite : ParallelClientsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class ParallelClientsOnPostgres : ParallelClientsContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

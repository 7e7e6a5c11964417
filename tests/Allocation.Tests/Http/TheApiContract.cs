using System.Net;
using Allocation.Domain;
using Allocation.Tests.Support;

namespace Allocation.Tests.Http;

public abstract class TheApiContract : ApiTest
{
    [Test]
    public async Task Answers_an_added_batch_with_created_and_OK()
    {
        using var response = await PostTextAsync("/add_batch", """{"ref":"b1","sku":"CHAIR","qty":100,"eta":"2011-01-02"}""");

        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.Created, "OK")));
        Assert.That(await App.StoredAsync(context => context.Products.FindAsync("CHAIR").AsTask()),
            Has.Property("Batches").One.Matches<Batch>(batch => batch is { Id: "b1", PurchasedQuantity: 100, Eta: { Year: 2011, Month: 1, Day: 2 } }));
    }

    [Test]
    public async Task Answers_a_reference_that_exists_with_conflict()
    {
        await AddBatchAsync("b1", "CHAIR", 100);

        using var response = await PostTextAsync("/add_batch", """{"ref":"b1","sku":"CHAIR","qty":5,"eta":null}""");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("b1"));
        Assert.That(await App.AvailableInAsync("b1"), Is.EqualTo(100));
    }

    [Test]
    public async Task Answers_an_allocation_with_accepted_and_OK()
    {
        await AddBatchAsync("b1", "CHAIR", 100);

        using var response = await PostTextAsync("/allocate", """{"orderid":"o1","sku":"CHAIR","qty":3}""");

        Assert.That((response.StatusCode, await response.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.Accepted, "OK")));
        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"b1"}]"""));
    }

    [Test]
    public async Task Answers_the_allocations_of_an_order_in_the_order_allocated()
    {
        await AddBatchAsync("late", "SKU-Z", 100, "2011-01-03");
        await AddBatchAsync("early", "SKU-Z", 10, "2011-01-01");
        await AddBatchAsync("other", "SKU-A", 10);

        await AllocateAsync("o1", "SKU-Z", 10);
        await AllocateAsync("o2", "SKU-A", 1);
        await AllocateAsync("o1", "SKU-A", 2);
        await AllocateAsync("o1", "SKU-Z", 5);

        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo(
            """[{"sku":"SKU-Z","batchref":"early"},{"sku":"SKU-A","batchref":"other"},{"sku":"SKU-Z","batchref":"late"}]"""));
    }

    [Test]
    public async Task Answers_an_order_without_allocations_with_not_found()
    {
        Assert.That(await AllocationsOfAsync("nobody"), Is.Null);
        Assert.That(await AllocationsOfAsync(""), Is.Null);
    }

    [TestCase("2026/11", "2026/11")]
    [TestCase("2026/11", "2026%2F11")]
    [TestCase("50% & more?", "50%25%20%26%20more%3F")]
    public async Task Answers_an_order_whose_id_is_no_plain_word(string orderId, string path)
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AllocateAsync(orderId, "CHAIR", 2);

        Assert.That(await AllocationsOfAsync(path), Is.EqualTo("""[{"sku":"CHAIR","batchref":"b1"}]"""));
    }

    [Test]
    public async Task Answers_out_of_stock_with_accepted_and_mails()
    {
        await AddBatchAsync("b1", "CHAIR", 1);

        Assert.That(await AllocateAsync("o1", "CHAIR", 2), Is.EqualTo(HttpStatusCode.Accepted));

        Assert.That(App.Outside.Mails, Has.Count.EqualTo(1));
        Assert.That(await AllocationsOfAsync("o1"), Is.Null);
    }

    [Test]
    public async Task Answers_an_unknown_sku_with_the_message_of_the_book()
    {
        using var response = await PostTextAsync("/allocate", """{"orderid":"o1","sku":"NO-SUCH","qty":3}""");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo("""{"message":"Invalid sku NO-SUCH"}"""));
    }

    [Test]
    public async Task Shows_where_a_line_went_that_was_allocated_again()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AddBatchAsync("b2", "CHAIR", 10, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 10);

        await App.SendAsync(new ChangeBatchQuantity("b1", 5));

        Assert.That(await AllocationsOfAsync("o1"), Is.EqualTo("""[{"sku":"CHAIR","batchref":"b2"}]"""));
    }

    [Test]
    public async Task Creates_one_product_when_many_clients_add_its_first_batches()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => AddBatchAsync($"b{number}", "NEW", 1)));

        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 10, 0, 0)));
    }

    [Test]
    public async Task Accepts_one_batch_when_many_clients_add_the_same_reference()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            using var response = await PostAsync("/add_batch", new { @ref = "b1", sku = $"SKU-{number}", qty = 1, eta = (string?)null });
            return response.StatusCode;
        }));

        Assert.That(answers.Count(answer => answer == HttpStatusCode.Created), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer == HttpStatusCode.Conflict), Is.EqualTo(9));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 0, 0)));
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();
}

public sealed class TheApiOnSqlite : TheApiContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class TheApiOnPostgres : TheApiContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

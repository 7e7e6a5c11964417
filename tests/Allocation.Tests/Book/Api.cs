using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Allocation.Tests.Support;

namespace Allocation.Tests.Book;

public sealed class Api : ApiTest
{
    [Test, Book("e2e/test_api.py::test_happy_path_returns_202_and_batch_is_allocated")]
    public async Task Happy_path_returns_202_and_batch_is_allocated()
    {
        await AddBatchAsync("laterbatch", "SKU", 100, "2011-01-02");
        await AddBatchAsync("earlybatch", "SKU", 100, "2011-01-01");
        await AddBatchAsync("otherbatch", "OTHERSKU", 100);

        Assert.That(await AllocateAsync("order1", "SKU", 3), Is.EqualTo(HttpStatusCode.Accepted));

        Assert.That(await AllocationsOfAsync("order1"), Is.EqualTo("""[{"sku":"SKU","batchref":"earlybatch"}]"""));
    }

    [Test, Book("e2e/test_api.py::test_unhappy_path_returns_400_and_error_message")]
    public async Task Unhappy_path_returns_400_and_error_message()
    {
        using var response = await PostAsync("/allocate", new { orderid = "order1", sku = "UNKNOWN", qty = 20 });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((string?)(await response.Content.ReadFromJsonAsync<JsonObject>())!["message"], Is.EqualTo("Invalid sku UNKNOWN"));

        Assert.That(await AllocationsOfAsync("order1"), Is.Null);
    }
}

using System.Text.Json;
using Allocation.Tests.Support;

namespace Allocation.Tests.Operating;

public sealed class TheApiDocument : ApiTest
{
    [TestCase("/add_batch", "post", new[] { "201", "400", "409", "415" })]
    [TestCase("/allocate", "post", new[] { "202", "400", "409", "415" })]
    [TestCase("/allocations/{orderid}", "get", new[] { "200", "400", "404" })]
    public async Task Lists_every_answer_of_a_request(string path, string method, string[] answers)
    {
        using var document = await ReadAsync();

        var responses = document.RootElement.GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses");
        Assert.That(responses.EnumerateObject().Select(response => response.Name), Is.EquivalentTo(answers));
    }

    [Test]
    public async Task Names_the_fields_as_they_are_on_the_wire()
    {
        using var document = await ReadAsync();

        var schema = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("AllocateRequest");
        Assert.That(schema.GetProperty("properties").EnumerateObject().Select(field => field.Name), Is.EqualTo(new[] { "orderid", "sku", "qty" }));
    }

    [Test]
    public async Task Can_be_read_in_a_browser_without_the_internet()
    {
        var page = await Client.GetStringAsync(new Uri("/scalar/", UriKind.Relative));

        Assert.That(page, Does.Contain("Allocation").And.Not.Contain("https://"));
        using var script = await Client.GetAsync(new Uri("/scalar/scalar.js", UriKind.Relative));
        Assert.That(script.IsSuccessStatusCode, Is.True);
    }

    private async Task<JsonDocument> ReadAsync() => JsonDocument.Parse(await Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
}

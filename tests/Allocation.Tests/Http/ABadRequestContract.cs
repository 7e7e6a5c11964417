using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Allocation.Tests.Support;

namespace Allocation.Tests.Http;

public abstract class ABadRequestContract : ApiTest
{
    [TestCase("""{"sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b","qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":"b","sku":"S","eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":1}""", "eta")]
    [TestCase("""{"ref":null,"sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b","sku":null,"qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":"b","sku":"S","qty":null,"eta":null}""", "qty")]
    [TestCase("""{"ref":"","sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b","sku":"","qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":"b","sku":" ","qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":7,"sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b","sku":["S"],"qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":"b","sku":"S","qty":"1","eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":1.5,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":2147483648,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":true,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":0,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":-1,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"qty":2,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","Qty":1,"eta":null}""", "qty")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":""}""", "eta")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":"soon"}""", "eta")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":"2011-02-30"}""", "eta")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":"01/02/2011"}""", "eta")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":"2011-01-02T00:00:00"}""", "eta")]
    [TestCase("""{"ref":"b","sku":"S","qty":1,"eta":20110102}""", "eta")]
    [TestCase("""{"ref":"\ud800","sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b\u0000","sku":"S","qty":1,"eta":null}""", "ref")]
    [TestCase("""{"ref":"b","sku":"\u0000S","qty":1,"eta":null}""", "sku")]
    [TestCase("""{"ref":"b","sku":"S\u007f","qty":1,"eta":null}""", "sku")]
    public Task To_add_a_batch_names_the_field(string body, string field) => IsRefusedAsync("/add_batch", body, field);

    [TestCase("""{"sku":"S","qty":1}""", "orderid")]
    [TestCase("""{"orderid":"o","qty":1}""", "sku")]
    [TestCase("""{"orderid":"o","sku":"S"}""", "qty")]
    [TestCase("""{"orderid":null,"sku":"S","qty":1}""", "orderid")]
    [TestCase("""{"orderid":"","sku":"S","qty":1}""", "orderid")]
    [TestCase("""{"orderid":5,"sku":"S","qty":1}""", "orderid")]
    [TestCase("""{"orderid":"o","sku":"","qty":1}""", "sku")]
    [TestCase("""{"orderid":"o","sku":"S","qty":0}""", "qty")]
    [TestCase("""{"orderid":"o","sku":"S","qty":"many"}""", "qty")]
    [TestCase("""{"orderid":"o\n1","sku":"S","qty":1}""", "orderid")]
    public Task To_allocate_names_the_field(string body, string field) => IsRefusedAsync("/allocate", body, field);

    [Test]
    public async Task With_a_text_that_no_key_can_hold_names_the_field()
    {
        var endless = new string('x', 256);

        await IsRefusedAsync("/add_batch", $$"""{"ref":"{{endless}}","sku":"S","qty":1,"eta":null}""", "ref");
        await IsRefusedAsync("/allocate", $$"""{"orderid":"{{endless}}","sku":"S","qty":1}""", "orderid");
    }

    [TestCase("{}", new[] { "orderid", "sku", "qty" })]
    [TestCase("""{"orderid":"","sku":"","qty":0}""", new[] { "orderid", "sku", "qty" })]
    public Task With_several_faults_names_every_field(string body, string[] fields) => IsRefusedAsync("/allocate", body, fields);

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("7")]
    [TestCase("not json")]
    [TestCase("""{"orderid":"o","sku":"S","qty":1""")]
    [TestCase("""{"orderid":"o","sku":"S","qty":1}}""")]
    public Task Without_a_JSON_object_names_the_body(string body) => IsRefusedAsync("/allocate", body, "body");

    [TestCase("/allocations/a%00b")]
    [TestCase("/allocations/%FF")]
    public async Task For_an_order_that_nobody_can_have_is_no_failure_of_ours(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.That((int)response.StatusCode, Is.InRange(400, 499));
    }

    [Test]
    public async Task For_an_order_with_a_control_character_names_it()
    {
        using var response = await Client.GetAsync(new Uri("/allocations/o%011", UriKind.Relative));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("\"orderid\":[\"The field orderid contains a control character.\"]"));
    }

    [TestCase("application/json; charset=utf-16")]
    [TestCase("application/json; charset=no-such")]
    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    public async Task Of_another_content_type_is_unsupported(string contentType)
    {
        using var content = new ByteArrayContent("""{"orderid":"o","sku":"S","qty":1}"""u8.ToArray());
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var response = await Client.PostAsync(new Uri("/allocate", UriKind.Relative), content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
    }

    private async Task IsRefusedAsync(string path, string body, params string[] fields)
    {
        (await PostAsync("/add_batch", new { @ref = "there-already", sku = "S", qty = 100, eta = (string?)null })).Dispose();
        var before = await App.RowsAsync();

        using var response = await PostTextAsync(path, body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(problem.RootElement.GetProperty("errors").EnumerateObject().Select(error => error.Name), Is.EqualTo(fields));
        Assert.That(await App.RowsAsync(), Is.EqualTo(before), "something was stored");
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();
}

public sealed class ABadRequestOnSqlite : ABadRequestContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class ABadRequestOnPostgres : ABadRequestContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

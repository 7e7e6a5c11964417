using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Allocation.Tests.Support;

/// <summary>The application behind a real port, on a fresh SQLite file.</summary>
public abstract class ApiTest
{
    private DirectoryInfo _directory = null!;

    protected string ConnectionString => $"Data Source={Path.Combine(_directory.FullName, "allocation.db")}";

    protected AllocationApp App { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    [SetUp]
    public void Start()
    {
        _directory = Directory.CreateTempSubdirectory("allocation-test-");
        App = NewApp();
        App.UseKestrel(0);
        App.StartServer();
        Client = App.CreateClient();
    }

    [TearDown]
    public async Task End()
    {
        Client.Dispose();
        await App.DisposeAsync();
        SqliteConnection.ClearAllPools(); // they keep the file open
        _directory.Delete(recursive: true);
    }

    protected virtual AllocationApp NewApp() => new(ConnectionString);

    protected Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body);

    protected async Task<HttpResponseMessage> PostTextAsync(string path, string body, string contentType = "application/json")
    {
        using var content = new StringContent(body, Encoding.UTF8, contentType);
        return await Client.PostAsync(path, content);
    }

    protected async Task AddBatchAsync(string @ref, string sku, int qty, string? eta = null)
    {
        using var response = await PostAsync("/add_batch", new { @ref, sku, qty, eta });
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    protected async Task<HttpStatusCode> AllocateAsync(string orderid, string sku, int qty)
    {
        using var response = await PostAsync("/allocate", new { orderid, sku, qty });
        return response.StatusCode;
    }

    /// <summary>The answer to a query of the read model, as it is on the wire; null when there is none.</summary>
    protected async Task<string?> AllocationsOfAsync(string orderId)
    {
        using var response = await Client.GetAsync(new Uri($"/allocations/{orderId}", UriKind.Relative));
        return response.StatusCode == HttpStatusCode.NotFound ? null : await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }
}

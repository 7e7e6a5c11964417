using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace Allocation.Tests.Support;

/// <summary>The application behind a real port, on a fresh database.</summary>
public abstract class ApiTest
{
    /// <summary>How long a test waits for what has to come.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    protected TestDatabase Database { get; private set; } = null!;

    protected AllocationApp App { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    [SetUp]
    public async Task Start()
    {
        Database = await NewDatabaseAsync();
        await StartOutsideAsync();
        App = NewApp();
        App.UseKestrel(0);
        App.StartServer();
        Client = App.CreateClient();
    }

    [TearDown]
    public async Task End()
    {
        if (Database is null)
        {
            return; // the test is skipped
        }

        Client?.Dispose();
        await (App?.DisposeAsync() ?? default);
        await EndOutsideAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Contracts leave it to those that derive them.</summary>
    protected virtual Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();

    /// <summary>What is there before the application.</summary>
    protected virtual Task StartOutsideAsync() => Task.CompletedTask;

    protected virtual ValueTask EndOutsideAsync() => default;

    protected virtual AllocationApp NewApp() => new(Database);

    protected static async Task UntilAsync(Func<Task<bool>> reached, string what)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await reached())
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, $"Not reached in {Patience}: {what}");
            await Task.Delay(5);
        }
    }

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

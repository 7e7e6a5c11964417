using System.Net;
using System.Text.Json;
using Allocation.Tests.Support;
using CsCheck;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Tests.Http.Fuzz;

/// <summary>
/// Thousands of requests, most of them wrong: none is answered with a 500, what is refused is explained and not stored, and what is right is
/// accepted. A failure names its seed; <c>ANYWISE_SEED=... dotnet test tests/Allocation.Tests --filter FuzzedApi</c> sends that request alone.
/// </summary>
public abstract class AFuzzedApiContract : ApiTest
{
    private static readonly string? Seed = Environment.GetEnvironmentVariable("ANYWISE_SEED");
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("ANYWISE_REQUESTS"), out var asked) ? asked : 3_000;

    private readonly Dictionary<HttpStatusCode, int> _answers = [];
    private string _stored = "";

    [SetUp]
    public async Task StoreSomething()
    {
        _answers.Clear();
        await AddBatchAsync("b0", "CHAIR", 100);
        await AddBatchAsync("b1", "LAMP", 50, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 1);
        _stored = await StoredAsync();
    }

    [TearDown]
    public void TellHowManyThereWere() =>
        TestContext.Out.WriteLine(string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} × {(int)answer.Key}")));

    [Test]
    public async Task Accepts_what_is_right_and_refuses_the_rest_without_storing_it()
    {
        await SampleAsync(Requests.All, Count, async request =>
        {
            var before = _stored;
            var (status, problem) = await SendAsync(request);
            _stored = await StoredAsync();
            var mayBeAccepted = Validity.MayBeAccepted(request);
            var isUnknownSku = mayBeAccepted && status == HttpStatusCode.BadRequest && problem.TryGetProperty("message", out _);
            Check(status < HttpStatusCode.InternalServerError, $"answered with {status}: {problem}");
            if ((int)status < 300)
            {
                Check(mayBeAccepted, $"accepted with {status}");
                return;
            }

            Check(isUnknownSku || IsProblem(problem, status) || request.Method == "HEAD", $"refused with {status}, and no problem document: {problem}");
            Check(!request.IsIntact || !mayBeAccepted || isUnknownSku || status is HttpStatusCode.Conflict or HttpStatusCode.NotFound, $"refused with {status}: {problem}");
            Check(!request.IsIntact || mayBeAccepted || NamesFields(problem), $"refused, and named no field: {problem}");
            Check(_stored == before, $"refused with {status}, and stored");
        });

        Assert.That(Seed is not null || (_answers.ContainsKey(HttpStatusCode.Created) && _answers.ContainsKey(HttpStatusCode.Accepted)), "nothing was accepted");
    }

    [Test]
    public Task Answers_any_address_of_an_order() => SampleAsync(Requests.Addresses, Count / 2, async request =>
    {
        var (status, problem) = await SendAsync(request);
        var isRefusedByTheServer = problem.ValueKind == JsonValueKind.Undefined && status is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong;

        Check(status == HttpStatusCode.OK || isRefusedByTheServer || (status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest && IsProblem(problem, status)),
            $"answered with {status}: {problem}");
    });

    [Test]
    public async Task Finds_an_order_under_any_id_that_was_accepted()
    {
        await AddBatchAsync("many", "CHAIR", 1_000);
        var ids = Gen.String[1, 20].Where(id => id.Trim() is not ("" or "." or "..") && !id.Any(char.IsControl) && !id.Any(char.IsSurrogate));

        await SampleAsync(ids, 300, async id =>
        {
            Check(await AllocateAsync(id, "CHAIR", 1) == HttpStatusCode.Accepted, "was not accepted");
            Check(await AllocationsOfAsync(Uri.EscapeDataString(id)) is not null, "was not found");
        });
    }

    private static Task SampleAsync<T>(Gen<T> cases, int count, Func<T, Task> check) =>
        cases.SampleAsync(check, iter: Seed is null ? count : 1, threads: 1, seed: Seed, print: one => $"{one}");

    protected abstract override Task<TestDatabase> NewDatabaseAsync();

    /// <summary>The answer and its JSON, if it is any.</summary>
    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(FuzzedRequest request)
    {
        using var message = request.ToMessage(Client.BaseAddress!);
        using var response = await Client.SendAsync(message);
        _answers[response.StatusCode] = _answers.GetValueOrDefault(response.StatusCode) + 1;
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true ? Parsed(text) : default);
    }

    private static JsonElement Parsed(string text)
    {
        using var json = JsonDocument.Parse(text.Length == 0 ? "null" : text); // an answer to HEAD
        return json.RootElement.Clone();
    }

    private static bool IsProblem(JsonElement json, HttpStatusCode status) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("status", out var told) && told.GetInt32() == (int)status && json.TryGetProperty("title", out _);

    private static bool NamesFields(JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) && errors.EnumerateObject().Any() && errors.EnumerateObject().All(error => error.Name.Length > 0);

    /// <summary>Differs after anything that is stored.</summary>
    private Task<string> StoredAsync() => App.StoredAsync(async context =>
    {
        var products = await context.Products.OrderBy(product => product.Id).Select(product => new
        {
            product.Id,
            product.Version,
            Batches = product.Batches.Count,
            Purchased = product.Batches.Sum(batch => (long)batch.PurchasedQuantity),
            Lines = product.Batches.SelectMany(batch => batch.Lines).Count(),
        }).ToListAsync();
        return $"{string.Join(", ", products)}; {await context.AllocationsView.CountAsync()} allocations";
    });

    /// <remarks>No assertion of NUnit's, which would collect every failure on the way to the shortest request.</remarks>
    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}

public sealed class AFuzzedApiOnSqlite : AFuzzedApiContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnSqliteAsync();
}

public sealed class AFuzzedApiOnPostgres : AFuzzedApiContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => TestDatabase.OnPostgresAsync();
}

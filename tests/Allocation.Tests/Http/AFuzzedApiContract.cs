using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Allocation.Tests.Support;

namespace Allocation.Tests.Http;

/// <summary>Thousands of bodies that began as good ones.</summary>
public abstract class AFuzzedApiContract : ApiTest
{
    private const int Bodies = 4000;
    private const int AtOnce = 4;

    /// <summary>Values that do not belong there, or are at the edge.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\uffff\"", "[]", "{}", "[1]", "0", "-1", "1e400", "-0", "1.0", "2147483647", "2147483648",
        "1e9", "\"2011-02-30\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"10000-01-01\"", "\"1\"", "NaN", "'x'", "\"'; DROP TABLE products; --\"", "\"\\n\\r\\t\"", "\"😀\"", $"\"{new string('x', 3000)}\"",
    ];

    [Test]
    public async Task Never_fails_and_stores_what_it_accepted_and_nothing_else()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ANYWISE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"ANYWISE_SEED={seed}");
        await AddBatchAsync("first", "S", 2_000_000_000);

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(client => FuzzAsync(new Random(seed + client), client)));

        var all = answers.SelectMany(some => some).ToList();
        Assert.That(all.Where(answer => (int)answer.Status is not (201 or 202 or 400 or 409)), Is.Empty);
        var (added, allocated) = (all.Count(answer => answer.Status == HttpStatusCode.Created), all.Count(answer => answer.Status == HttpStatusCode.Accepted));
        var rows = await App.RowsAsync();
        Assert.That((rows.Batches, rows.Lines + App.Outside.Mails.Count, rows.View), Is.EqualTo((1 + added, allocated, rows.Lines)));
        Assert.That(all.Count(answer => answer.Status == HttpStatusCode.BadRequest), Is.GreaterThan(Bodies / 2), "most are malformed");
        await TestContext.Out.WriteLineAsync($"{added} batches added, {allocated} lines allocated, {all.Count - added - allocated} refused");
    }

    protected abstract override Task<TestDatabase> NewDatabaseAsync();

    private async Task<List<(HttpStatusCode Status, string Body)>> FuzzAsync(Random random, int client)
    {
        List<(HttpStatusCode, string)> answers = [];
        for (var number = 0; number < Bodies / AtOnce; number++)
        {
            var adds = random.Next(2) == 0;
            var body = Spoil(random, adds
                ? [("ref", $"\"b{client}-{number}\""), ("sku", $"\"T{number % 50}\""), ("qty", "5"), ("eta", "\"2011-01-02\"")]
                : [("orderid", $"\"o{client}-{number}\""), ("sku", "\"S\""), ("qty", $"{1 + number}")]); // no line is the same as another, which would change nothing
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await Client.PostAsync(new Uri(adds ? "/add_batch" : "/allocate", UriKind.Relative), content);
            answers.Add((response.StatusCode, Encoding.UTF8.GetString(body)));
        }

        return answers;
    }

    private static byte[] Spoil(Random random, List<(string Name, string Value)> fields)
    {
        var field = random.Next(fields.Count);
        switch (random.Next(8))
        {
            case 0:
                fields.RemoveAt(field);
                break;
            case 1:
                fields.Insert(random.Next(fields.Count), fields[field]);
                break;
            case 2:
                fields[field] = (fields[field].Name.ToUpperInvariant(), fields[field].Value);
                break;
            case < 6:
                fields[field] = (fields[field].Name, Values[random.Next(Values.Length)]);
                break;
        }

        var body = Encoding.UTF8.GetBytes($"{{{string.Join(',', fields.Select(one => $"\"{one.Name}\":{one.Value}"))}}}");
        return random.Next(3) switch
        {
            0 => body[..random.Next(body.Length)],
            1 => [.. body.Select(one => random.Next(40) == 0 ? (byte)random.Next(256) : one)],
            _ => body,
        };
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

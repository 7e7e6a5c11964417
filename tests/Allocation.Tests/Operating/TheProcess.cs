using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Allocation.Tests.Operating;

/// <summary>The service as it is deployed: no development, no set-up.</summary>
public sealed class TheProcess
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private DirectoryInfo _folder = null!;
    private Process _process = null!;

    [SetUp]
    public void Start()
    {
        _folder = Directory.CreateTempSubdirectory("process-test-");
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0", "--contentRoot", AppContext.BaseDirectory])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        })!;
    }

    [TearDown]
    public async Task End()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task Writes_each_line_of_its_log_as_JSON_with_the_ids_of_each_command_and_what_it_caused()
    {
        await AllocateAsync(3);

        var (_, eventIds) = await ReadUntilAsync("'Allocated' ");
        var (command, commandIds) = await ReadUntilAsync("'Allocate' ");

        Assert.That(command, Does.Contain("was handled in"));
        Assert.That(eventIds.Message, Is.Not.EqualTo(commandIds.Message));
        Assert.That(eventIds.Correlation, Is.Not.Empty.And.EqualTo(commandIds.Correlation));
    }

    [Test]
    public async Task Needs_neither_Redis_nor_a_mail_server_and_logs_what_it_would_tell_them()
    {
        await AllocateAsync(3);
        var (published, _) = await ReadUntilAsync("Published on ");
        Assert.That(published, Is.EqualTo("""Published on line_allocated: {"orderid":"o1","sku":"LAMP","qty":3,"batchref":"b1"}"""));
    }

    [Test]
    public async Task Logs_a_mail_that_it_has_nowhere_to_send()
    {
        await AllocateAsync(11);
        var (mail, _) = await ReadUntilAsync("Mail from ");
        Assert.That(mail, Does.EndWith("Out of stock for LAMP"));
    }

    /// <summary>Asks for a line of a batch of ten.</summary>
    private async Task AllocateAsync(int qty)
    {
        var (listening, _) = await ReadUntilAsync(Listening);
        using var client = new HttpClient { BaseAddress = new Uri(listening[Listening.Length..]) };
        using var added = await client.PostAsJsonAsync("/add_batch", new { @ref = "b1", sku = "LAMP", qty = 10, eta = (string?)null });
        using var accepted = await client.PostAsJsonAsync("/allocate", new { orderid = "o1", sku = "LAMP", qty });
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    /// <summary>Reads the log up to the first message that begins so.</summary>
    private async Task<(string Message, (string? Message, string? Correlation) Ids)> ReadUntilAsync(string beginning)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            using var entry = JsonDocument.Parse((await _process.StandardOutput.ReadLineAsync(deadline.Token))!);
            var message = entry.RootElement.GetProperty("Message").GetString()!;
            if (message.StartsWith(beginning, StringComparison.Ordinal))
            {
                var state = entry.RootElement.GetProperty("State");
                return (message, (IdIn(state, "MessageId"), IdIn(state, "CorrelationId")));
            }
        }
    }

    private static string? IdIn(JsonElement state, string name) => state.TryGetProperty(name, out var id) ? id.GetString() : null;
}

using System.Diagnostics;
using System.Text.Json;

namespace Allocation.Tests.Operating;

/// <summary>The service as it is deployed: no development, no set-up.</summary>
public sealed class TheProcess
{
    [Test]
    public async Task Writes_each_line_of_its_log_as_JSON()
    {
        var folder = Directory.CreateTempSubdirectory("process-test-");
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0", "--contentRoot", AppContext.BaseDirectory])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        };
        using var process = Process.Start(start)!;
        try
        {
            List<string> messages = [];
            while (!messages.Exists(message => message.StartsWith("Now listening on", StringComparison.Ordinal)))
            {
                using var entry = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!);
                messages.Add(entry.RootElement.GetProperty("Message").GetString()!);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }
}

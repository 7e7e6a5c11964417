using System.Diagnostics;

namespace Slices.Tests;

public sealed class TheChoreography
{
    private DirectoryInfo _directory = null!;

    [SetUp]
    public void Start() => _directory = Directory.CreateTempSubdirectory("slices-test-");

    [TearDown]
    public void End() => _directory.Delete(recursive: true);

    [Test]
    public async Task Starts_an_order_when_it_is_paid()
    {
        var (exitCode, output) = await RunAsync();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Match(@"^Payments: 100 paid for order (\S+)\nOrders:   order \1 started\n$"));
    }

    [Test]
    public async Task Starts_it_after_a_crash_between_payment_and_order()
    {
        var (crashed, before) = await RunAsync("crash");
        Assert.That(crashed, Is.Not.Zero);
        Assert.That(before, Does.StartWith("Payments: 100 paid").And.Not.Contains("started"));

        var (exitCode, after) = await RunAsync("resume");

        Assert.That(exitCode, Is.Zero, after);
        Assert.That(after, Is.EqualTo($"{before.Split('\n')[0]}\nOrders:   order {before.Split('\n')[0].Split(' ')[^1]} started\n"));
    }

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Slices.Host.dll"), .. args])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.FullName,
        };
        using var host = Process.Start(start)!;
        var output = await host.StandardOutput.ReadToEndAsync();
        await host.WaitForExitAsync();
        return (host.ExitCode, output.ReplaceLineEndings("\n"));
    }
}

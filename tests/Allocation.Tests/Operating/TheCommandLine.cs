using System.Diagnostics;

namespace Allocation.Tests.Operating;

/// <summary>The program is asked what happens to its messages, instead of being started.</summary>
public sealed class TheCommandLine
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("command-line-test-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task Describes_each_message_and_ends_without_a_database()
    {
        var (output, exitCode) = await RunAsync("anywise", "describe");

        Assert.That(output, Does.StartWith("""
            Command Allocate (up to 6 attempts)
                around it: LoggingBehavior<Allocate, Unit>
                handled by: AllocateHandler
            Command ChangeBatchQuantity (up to 6 attempts)
                around it: LoggingBehavior<ChangeBatchQuantity, Unit>
                handled by: ChangeBatchQuantityHandler

            """.ReplaceLineEndings("\n")));
        Assert.That(exitCode, Is.Zero);
        Assert.That(_folder.GetFileSystemInfos(), Is.Empty);
    }

    [Test]
    public async Task Draws_the_picture_of_all_messages()
    {
        var (output, exitCode) = await RunAsync("anywise", "describe", "--mermaid");

        Assert.That(output, Does.StartWith("flowchart LR\n    n0[\"Allocate\"]:::command\n"));
        Assert.That(exitCode, Is.Zero);
    }

    [Test]
    public async Task Tells_its_usage_and_fails_where_it_does_not_understand()
    {
        var (output, exitCode) = await RunAsync("anywise", "desribe");

        Assert.That(output, Does.StartWith("usage: anywise describe"));
        Assert.That(exitCode, Is.EqualTo(1));
    }

    private async Task<(string Output, int ExitCode)> RunAsync(params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. args])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return (output.ReplaceLineEndings("\n"), process.ExitCode);
        }
        finally
        {
            process.Kill(); // does nothing to one that has ended
        }
    }
}

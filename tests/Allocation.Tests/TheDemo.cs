using System.Diagnostics;

namespace Allocation.Tests;

public sealed class TheDemo
{
    private DirectoryInfo _directory = null!;
    private int _exitCode;
    private string _output = "";
    private string _errors = "";

    [OneTimeSetUp]
    public async Task Run()
    {
        _directory = Directory.CreateTempSubdirectory("demo-test-");
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "demo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _directory.FullName,
            Environment = { ["TMPDIR"] = _directory.FullName, ["TMP"] = _directory.FullName, ["GITHUB_ACTIONS"] = "true" },
        };
        using var demo = Process.Start(start)!;
        var output = demo.StandardOutput.ReadToEndAsync();
        var errors = demo.StandardError.ReadToEndAsync();
        _output = (await output).ReplaceLineEndings("\n");
        _errors = await errors;
        await demo.WaitForExitAsync();
        _exitCode = demo.ExitCode;
    }

    [OneTimeTearDown]
    public void Delete() => _directory.Delete(recursive: true);

    [Test]
    public void Ends_well_and_prints_nothing_but_text()
    {
        Assert.That((_exitCode, _errors), Is.EqualTo((0, "")));
        Assert.That(_output, Does.Not.Contain("\u001b").And.Not.Contain("info:"));
    }

    [Test]
    public void Prefers_the_warehouse_to_the_shipment()
    {
        Assert.That(Story, Does.Contain("""
            command Allocate(order-1, RETRO-CLOCK, 30)
            event Allocated(order-1, RETRO-CLOCK, 30, in-stock)
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Mails_the_buyers_when_a_product_is_out_of_stock()
    {
        Assert.That(Story, Does.Contain("""
            command Allocate(order-3, RETRO-CLOCK, 200)
            event OutOfStock(RETRO-CLOCK)
            handled by MailOutOfStock
            mail to stock@made.com: Out of stock for RETRO-CLOCK
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Shows_how_a_smaller_batch_causes_a_new_allocation()
    {
        Assert.That(_output, Does.Contain("""
            command ChangeBatchQuantity(in-stock, 35)
            └── event Deallocated(order-2, RETRO-CLOCK, 20, in-stock)
                ├── handled by UpdateAllocationsView
                └── handled by AllocateAgain
                    └── command Allocate(order-2, RETRO-CLOCK, 20)
                        └── event Allocated(order-2, RETRO-CLOCK, 20, shipment)
                            ├── handled by UpdateAllocationsView
                            └── handled by PublishLineAllocated
            """.ReplaceLineEndings("\n")));
    }

    [Test]
    public void Ends_with_the_stock_and_the_allocations()
    {
        Assert.That(_output, Does.Match("in-stock +│ RETRO-CLOCK +│ in warehouse +│ 35 +│ 30 +│ 5 "));
        Assert.That(_output, Does.Match("order-2 +│ RETRO-CLOCK +│ shipment "));
    }

    [Test]
    public void Leaves_no_database_behind()
    {
        Assert.That(_directory.GetFileSystemInfos().Where(left => left.Name.Contains("allocation", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>The output without the lines that draw the tree.</summary>
    private string Story => string.Join('\n', _output.Split('\n').Select(line => line.TrimStart('│', '├', '└', '─', ' ').TrimEnd()));
}

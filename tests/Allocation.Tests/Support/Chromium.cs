using Microsoft.Playwright;

namespace Allocation.Tests.Support;

/// <summary>A browser of this machine, without a window.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Where there is no browser the test is ignored, unless ANYWISE_REQUIRE_CHROMIUM=1 makes that a failure.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = Find();
        if (program is null)
        {
            const string Missing = "No Chromium in the PATH. Install the package 'chromium', or name a program in CHROMIUM_BIN.";
            Assert.That(Environment.GetEnvironmentVariable("ANYWISE_REQUIRE_CHROMIUM"), Is.Not.EqualTo("1"), Missing);
            Assert.Ignore(Missing);
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox"], // which root cannot have
        });
        return new Chromium(playwright, browser);
    }

    /// <summary>A page with a profile of its own.</summary>
    public Task<IPage> NewPageAsync(BrowserNewPageOptions options) => _browser.NewPageAsync(options);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static string? Find()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var candidates = from name in new[] { "chromium", "chromium-browser", "google-chrome" }
                         from folder in path
                         select Path.Combine(folder, name);
        return candidates.Prepend(Environment.GetEnvironmentVariable("CHROMIUM_BIN")).FirstOrDefault(File.Exists);
    }
}

using Allocation.Tests.Support;
using Microsoft.Playwright;

namespace Allocation.Tests.Live;

/// <summary>The page in a real browser. Whatever a test does: no error, no dialog, and nothing from another host.</summary>
public abstract class BrowserTest : ApiTest
{
    private readonly List<string> _complaints = [];
    private Chromium _chromium = null!;

    protected IPage Page { get; private set; } = null!;

    /// <summary>What the page says of its connection.</summary>
    protected ILocator Connection => Page.Locator("#connection");

    /// <summary>Beginnings of stories.</summary>
    protected ILocator Stories => Page.Locator("#happenings > .node");

    [OneTimeSetUp]
    public async Task StartBrowser() => _chromium = await Chromium.StartAsync();

    [OneTimeTearDown]
    public async Task EndBrowser()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }
    }

    [SetUp]
    public async Task OpenPage()
    {
        _complaints.Clear();
        Page = await OpenAsync(new BrowserNewPageOptions());
    }

    [TearDown]
    public async Task ClosePage()
    {
        await Page.CloseAsync();
        Assert.That(_complaints, Is.Empty);
    }

    /// <summary>Another page on the service, when it has got its snapshot.</summary>
    protected async Task<IPage> OpenAsync(BrowserNewPageOptions options)
    {
        var page = await _chromium.NewPageAsync(options);
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) => _complaints.AddRange(message.Type is "error" && !IsOfAnAnswer(message.Text) ? [message.Text] : []);
        page.Dialog += (_, dialog) => _complaints.Add($"dialog '{dialog.Message}'");
        page.Request += (_, request) => _complaints.AddRange(new Uri(request.Url).Host == Client.BaseAddress!.Host ? [] : [request.Url]);
        await page.GotoAsync(Client.BaseAddress!.ToString());
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        return page;
    }

    /// <summary>What stands directly below a node, or among the stories, with a text in its line.</summary>
    protected static ILocator Effect(ILocator cause, string text) =>
        cause.Locator("> .effects > .node").Filter(new LocatorFilterOptions { Has = cause.Page.Locator("> .line", new PageLocatorOptions { HasText = text }) });

    protected ILocator Story(string text) =>
        Stories.Filter(new LocatorFilterOptions { Has = Page.Locator("> .line", new PageLocatorOptions { HasText = text }) });

    protected ILocator Product(string sku) => Page.Locator("#products > li").Filter(new LocatorFilterOptions { Has = Page.GetByText(sku, new PageGetByTextOptions { Exact = true }) });

    /// <summary>A picture for people, where ANYWISE_SCREENSHOTS names a folder.</summary>
    protected static async Task SaveAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("ANYWISE_SCREENSHOTS") is { } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        }
    }

    /// <summary>The browser notes answers that are errors, and lost connections; that the page deals with them is what tests look at.</summary>
    private static bool IsOfAnAnswer(string error) => error.StartsWith("Failed to load resource", StringComparison.Ordinal);
}

using Allocation.Domain;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Allocation.Tests.Live;

public sealed class TheLooksOfThePage : BrowserTest
{
    /// <summary>Texts whose contrast with what is behind them is below 4.5, the least that WCAG allows (AA).</summary>
    private const string Unreadable = """
        () => {
          const numbers = (color) => color.match(/[\d.]+/g).map(Number);
          const light = (color) => numbers(color).slice(0, 3)
            .map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
            .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
          const ground = (element) => {
            const color = element ? getComputedStyle(element).backgroundColor : 'rgb(255, 255, 255)';
            return numbers(color)[3] === 0 ? ground(element.parentElement) : color;
          };
          const hasText = (element) => element.matches('input') || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
          return [...document.querySelectorAll('body *')]
            .filter((element) => hasText(element) && element.checkVisibility() && !element.closest('.unseen, .skip, noscript, datalist'))
            .map((element) => {
              const [low, high] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
              return [`${element.tagName} ${element.className} '${element.textContent.slice(0, 30)}'`, (high + 0.05) / (low + 0.05)];
            })
            .filter(([, contrast]) => contrast < 4.5)
            .map(([text, contrast]) => `${text}: ${contrast.toFixed(1)}`);
        }
        """;

    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 1280)]
    [TestCase(ColorScheme.Light, 360)]
    [TestCase(ColorScheme.Dark, 360)]
    public async Task Are_readable_in_light_and_dark_and_on_narrow_screens(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(new BrowserNewPageOptions
        {
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        await HappenAsync();
        await Expect(page.Locator(".failure")).ToHaveCountAsync(1);

        Assert.That(await page.EvaluateAsync<string[]>(Unreadable), Is.Empty);
        Assert.That(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.LessThanOrEqualTo(width), "one has to scroll sideways");
        await SaveAsync(page, $"{scheme}-{width}".ToLowerInvariant());
        await page.CloseAsync();
    }

    [Test]
    public async Task Give_every_field_and_button_a_name()
    {
        var names = await Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('button, input')].map((one) => (one.labels?.[0] ?? one).textContent.trim())");

        Assert.That(names, Has.Length.EqualTo(14).And.All.Not.Empty);
    }

    [Test]
    public async Task Let_the_keyboard_skip_to_what_happened()
    {
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Skip to what happened" })).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("#happenings")).ToBeFocusedAsync();
    }

    private async Task HappenAsync()
    {
        await AddBatchAsync("in-stock", "RETRO-CLOCK", 50);
        await AddBatchAsync("shipment", "RETRO-CLOCK", 100, "2011-01-02");
        await AddBatchAsync("a-reference-that-is-much-longer-than-any-line-on-a-narrow-screen", new string('W', 200), 100);
        await AllocateAsync("order-1", "RETRO-CLOCK", 30);
        await AllocateAsync("order-2", "RETRO-CLOCK", 20);
        await AllocateAsync("order-3", "RETRO-CLOCK", 200);
        await App.SendAsync(new ChangeBatchQuantity("in-stock", 35));
        await AllocateAsync("order-4", "RETRO-GLOCK", 1);
    }
}

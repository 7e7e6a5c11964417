using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Allocation.Tests.Live;

public sealed class TheFormsOfThePage : BrowserTest
{
    [Test]
    public async Task Can_be_used_with_the_keyboard_alone()
    {
        await Page.GetByRole(AriaRole.Group, new() { Name = "Add a batch" }).GetByLabel("Reference").FocusAsync();
        foreach (var value in new[] { "b7", "CHAIR", "30" })
        {
            await Page.Keyboard.PressAsync("Control+A");
            await Page.Keyboard.TypeAsync(value);
            await Page.Keyboard.PressAsync("Tab");
        }

        await Page.Keyboard.TypeAsync("01022011");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Product("CHAIR").Locator(".batch")).ToHaveTextAsync("b7arrives 2011-01-0230 of 30 available");
        await Expect(Page.Locator("form[action=add_batch] output")).ToHaveTextAsync("OK");
        await Expect(Page.Locator("input[name=ref]")).ToHaveValueAsync("b8");
    }

    [Test]
    public async Task Allocate_an_order_line_and_correct_a_quantity()
    {
        await AddBatchAsync("batch-1", "RETRO-CLOCK", 100);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Allocate" }).ClickAsync();
        await Expect(Product("RETRO-CLOCK")).ToContainTextAsync("90 of 100 available");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Correct" }).ClickAsync();
        await Expect(Product("RETRO-CLOCK")).ToContainTextAsync("15 of 25 available");
    }

    [Test]
    public async Task Say_which_field_the_service_refused()
    {
        var form = Page.Locator("form[action=allocate]");
        await form.GetByLabel("Sku").FillAsync(" ");
        await form.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(form.Locator("output")).ToHaveTextAsync("sku: The sku field is required.");
        await Expect(form.GetByLabel("Sku")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(form.GetByLabel("Sku")).ToBeFocusedAsync();
    }

    [TestCase("allocate", "Invalid sku RETRO-CLOCK")]
    [TestCase("live/change_batch_quantity", "Invalid batch reference batch-1")]
    public async Task Say_why_the_service_refused(string action, string reason)
    {
        var form = Page.Locator($"form[action='{action}']");
        await form.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(form.Locator("output")).ToHaveTextAsync(reason);
    }

    [Test]
    public async Task Tell_the_story_of_the_book_to_its_end()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Tell the story" }).ClickAsync();

        await Expect(Page.Locator("#book output")).ToHaveTextAsync("OK", new() { Timeout = 30_000 });
        await Expect(Stories).ToHaveCountAsync(6);
        await Expect(Page.Locator(".quantities")).ToHaveTextAsync(["5 of 35 available", "80 of 100 available"]);
        await Expect(Effect(Story("Allocate orderid order-3"), "OutOfStock")).ToContainTextAsync("MailOutOfStock");
        await SaveAsync(Page, "story");
    }
}

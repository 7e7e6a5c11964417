using Allocation.Domain;
using Allocation.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Allocation.Tests.Live;

public sealed class ThePageInABrowser : BrowserTest
{
    [Test]
    public async Task Shows_an_allocation_without_a_reload()
    {
        await AddBatchAsync("b1", "CHAIR", 100);
        await AllocateAsync("o1", "CHAIR", 10);

        await Expect(Product("CHAIR")).ToContainTextAsync("version 1");
        await Expect(Product("CHAIR").Locator(".batch")).ToHaveTextAsync("b1in the warehouse90 of 100 available");
        await Expect(Page.Locator("#allocations td")).ToHaveTextAsync(["o1", "CHAIR", "b1"]);
        var allocated = Effect(Story("Allocate orderid o1"), "Allocated orderid o1 sku CHAIR qty 10 batchref b1");
        await Expect(Effect(allocated, "UpdateAllocationsView")).ToHaveCountAsync(1);
        await Expect(Effect(allocated, "PublishLineAllocated")).ToHaveAttributeAsync("data-state", "done");
        await Expect(Stories.First).ToContainTextAsync("Allocate"); // the latest first
    }

    [Test]
    public async Task Shows_each_effect_of_a_smaller_batch_below_its_cause()
    {
        await AddBatchAsync("b1", "CHAIR", 10);
        await AddBatchAsync("b2", "CHAIR", 10, "2011-01-02");
        await AllocateAsync("o1", "CHAIR", 10);

        await App.SendAsync(new ChangeBatchQuantity("b1", 5));

        var deallocated = Effect(Story("ChangeBatchQuantity ref b1 qty 5"), "Deallocated");
        var again = Effect(Effect(deallocated, "AllocateAgain"), "command Allocate");
        await Expect(Effect(again, "Allocated")).ToContainTextAsync("batchref b2");
        await Expect(Page.Locator("#allocations td")).ToHaveTextAsync(["o1", "CHAIR", "b2"]);
        await Expect(Product("CHAIR").Locator(".quantities")).ToHaveTextAsync(["5 of 5 available", "0 of 10 available"]);
    }

    [TestCase("<script>alert(1)</script>")]
    [TestCase("<img src=x onerror=alert(1)>")]
    public async Task Shows_markup_of_a_client_as_text(string sku)
    {
        await AddBatchAsync("<b>b1</b>", sku, 100);
        await AllocateAsync("\"><i>o1</i>", sku, 10);

        await Expect(Page.Locator("#products h3")).ToHaveTextAsync(sku);
        await Expect(Page.Locator("#allocations td")).ToHaveTextAsync(["\"><i>o1</i>", sku, "<b>b1</b>"]);
        await Expect(Story("Allocate")).ToContainTextAsync($"sku {sku}");
        await Expect(Page.Locator("body :is(script, img, b, i)")).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Shows_what_failed_and_why()
    {
        await AllocateAsync("o1", "NO-SUCH", 10);

        await Expect(Story("Allocate")).ToHaveAttributeAsync("data-state", "failed");
        await Expect(Story("Allocate").Locator(".failure")).ToHaveTextAsync("failed: Invalid sku NO-SUCH");
        await Expect(Page.Locator("#announcer")).ToHaveTextAsync("Allocate o1 NO-SUCH 10, Allocate failed: Invalid sku NO-SUCH");
    }

    [Test]
    public async Task Is_right_again_when_the_service_comes_back()
    {
        await AddBatchAsync("b1", "CHAIR", 100);
        await Expect(Product("CHAIR")).ToBeVisibleAsync();
        var port = Client.BaseAddress!.Port;

        await App.DisposeAsync();
        await Expect(Connection).ToHaveTextAsync("reconnecting");

        await using var again = new AllocationApp(Database);
        again.UseKestrel(port);
        again.StartServer();
        await again.SendAsync(new Allocate("o1", "CHAIR", 10));

        await Expect(Connection).ToHaveTextAsync("live");
        await Expect(Product("CHAIR")).ToContainTextAsync("90 of 100 available");
        await Expect(Stories).ToHaveCountAsync(1); // what the new process has seen
    }

    [Test]
    public async Task Stands_still_while_it_is_paused_and_then_shows_everything()
    {
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await AddBatchAsync("b1", "CHAIR", 100);

        await Expect(Connection).ToHaveTextAsync("paused");
        await Expect(Stories).ToHaveCountAsync(0);

        await Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Pause", Pressed = true }).ClickAsync();
        await Expect(Story("CreateBatch")).ToHaveCountAsync(1);
        await Expect(Product("CHAIR")).ToBeVisibleAsync();
    }
}

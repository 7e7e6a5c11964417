using Allocation.Domain;
using Allocation.Tests.Support;

namespace Allocation.Tests.Handlers;

public sealed class ChangingABatchQuantity : HandlerTest
{
    [Test]
    public async Task Changes_what_is_available()
    {
        await SendAsync(new CreateBatch("batch1", "ADORABLE-SETTEE", 100, null), new ChangeBatchQuantity("batch1", 50));

        Assert.That(await App.AvailableInAsync("batch1"), Is.EqualTo(50));
    }

    [Test]
    public async Task Allocates_a_line_again_that_no_longer_fits()
    {
        await SendAsync(
            new CreateBatch("batch1", "INDIFFERENT-TABLE", 50, null),
            new CreateBatch("batch2", "INDIFFERENT-TABLE", 50, new DateOnly(2011, 1, 1)),
            new Allocate("order1", "INDIFFERENT-TABLE", 20),
            new Allocate("order2", "INDIFFERENT-TABLE", 20));

        await SendAsync(new ChangeBatchQuantity("batch1", 25));

        Assert.That(await App.AvailableInAsync("batch1"), Is.EqualTo(5), "one of the lines is gone");
        Assert.That(await App.AvailableInAsync("batch2"), Is.EqualTo(30), "and came here");
        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("order1", "INDIFFERENT-TABLE", "batch1"), ("order2", "INDIFFERENT-TABLE", "batch2") }));
    }

    [Test]
    public async Task Leaves_other_lines_of_the_same_order_in_the_read_model()
    {
        await SendAsync(
            new CreateBatch("batch1", "TABLE", 10, null),
            new CreateBatch("batch2", "TABLE", 10, new DateOnly(2011, 1, 1)),
            new CreateBatch("batch3", "TABLE", 10, new DateOnly(2011, 1, 2)),
            new Allocate("order1", "TABLE", 8),
            new Allocate("order1", "TABLE", 7));

        await SendAsync(new ChangeBatchQuantity("batch1", 0));

        Assert.That(await App.ViewAsync(), Is.EqualTo(new[] { ("order1", "TABLE", "batch2"), ("order1", "TABLE", "batch3") }));
    }

    [Test]
    public async Task Mails_the_buyers_when_no_other_batch_takes_the_line()
    {
        await SendAsync(new CreateBatch("batch1", "TABLE", 10, null), new Allocate("order1", "TABLE", 8), new ChangeBatchQuantity("batch1", 0));

        Assert.That(App.Outside.Mails.Select(mail => mail.Body), Is.EqualTo(new[] { "Out of stock for TABLE" }));
        Assert.That(await App.RowsAsync(), Is.EqualTo((1, 1, 0, 0)));
    }

    [Test]
    public void Fails_when_nobody_knows_the_reference()
    {
        Assert.That(async () => await SendAsync(new ChangeBatchQuantity("none", 5)), Throws.InstanceOf<InvalidBatchException>());
    }
}

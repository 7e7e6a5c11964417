using Allocation.Domain;
using Allocation.Handlers;
using Allocation.Tests.Support;
using Anywise.Domain;
using Anywise.Testing;

namespace Allocation.Tests.Book;

public abstract class Handlers
{
    protected RecordingDispatcher Bus { get; } = new();

    protected FakeUnitOfWork UnitOfWork { get; }

    protected IRepository<Product, string> Products { get; }

    protected RecordedOutside Outside { get; } = new();

    protected Handlers()
    {
        UnitOfWork = new FakeUnitOfWork(Bus);
        Products = UnitOfWork.GetRepository<Product, string>();
        Bus.HandleWith(
            new CreateBatchHandler(Products, UnitOfWork), new AllocateHandler(Products, UnitOfWork), new ChangeBatchQuantityHandler(Products, UnitOfWork),
            new AllocateAgain(Bus), new MailOutOfStock(Outside), new PublishLineAllocated(Outside));
    }
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AddBatch : Handlers
{
    [Test, Book("unit/test_handlers.py::TestAddBatch::test_for_new_product")]
    public async Task For_new_product()
    {
        await Bus.SendAsync(new CreateBatch("b1", "CRUNCHY-ARMCHAIR", 100, null));
        Assert.That(await Products.GetAsync("CRUNCHY-ARMCHAIR"), Is.Not.Null);
        Assert.That(UnitOfWork.IsCommitted);
    }

    [Test, Book("unit/test_handlers.py::TestAddBatch::test_for_existing_product")]
    public async Task For_existing_product()
    {
        await Bus.SendAsync(new CreateBatch("b1", "GARISH-RUG", 100, null));
        await Bus.SendAsync(new CreateBatch("b2", "GARISH-RUG", 99, null));
        Assert.That((await Products.GetAsync("GARISH-RUG"))!.Batches.Select(batch => batch.Id), Has.Member("b2"));
    }
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class Allocating : Handlers
{
    [Test, Book("unit/test_handlers.py::TestAllocate::test_allocates")]
    public async Task Allocates()
    {
        await Bus.SendAsync(new CreateBatch("batch1", "COMPLICATED-LAMP", 100, null));
        await Bus.SendAsync(new Allocate("o1", "COMPLICATED-LAMP", 10));
        Assert.That((await Products.GetAsync("COMPLICATED-LAMP"))!.Batches.Single().AvailableQuantity, Is.EqualTo(90));
    }

    [Test, Book("unit/test_handlers.py::TestAllocate::test_errors_for_invalid_sku")]
    public async Task Errors_for_invalid_sku()
    {
        await Bus.SendAsync(new CreateBatch("b1", "AREALSKU", 100, null));
        Assert.That(
            async () => await Bus.SendAsync(new Allocate("o1", "NONEXISTENTSKU", 10)),
            Throws.InstanceOf<InvalidSkuException>().With.Message.EqualTo("Invalid sku NONEXISTENTSKU"));
    }

    [Test, Book("unit/test_handlers.py::TestAllocate::test_commits")]
    public async Task Commits()
    {
        await Bus.SendAsync(new CreateBatch("b1", "OMINOUS-MIRROR", 100, null));
        await Bus.SendAsync(new Allocate("o1", "OMINOUS-MIRROR", 10));
        Assert.That(UnitOfWork.IsCommitted);
    }

    [Test, Book("unit/test_handlers.py::TestAllocate::test_sends_email_on_out_of_stock_error")]
    public async Task Sends_email_on_out_of_stock_error()
    {
        await Bus.SendAsync(new CreateBatch("b1", "POPULAR-CURTAINS", 9, null));
        await Bus.SendAsync(new Allocate("o1", "POPULAR-CURTAINS", 10));
        Assert.That(Outside.Mails.Select(mail => (mail.To, mail.Body)), Is.EqualTo(new[] { ("stock@made.com", "Out of stock for POPULAR-CURTAINS") }));
    }
}

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChangingTheBatchQuantity : Handlers
{
    [Test, Book("unit/test_handlers.py::TestChangeBatchQuantity::test_changes_available_quantity")]
    public async Task Changes_available_quantity()
    {
        await Bus.SendAsync(new CreateBatch("batch1", "ADORABLE-SETTEE", 100, null));
        var batch = (await Products.GetAsync("ADORABLE-SETTEE"))!.Batches.Single();
        Assert.That(batch.AvailableQuantity, Is.EqualTo(100));

        await Bus.SendAsync(new ChangeBatchQuantity("batch1", 50));
        Assert.That(batch.AvailableQuantity, Is.EqualTo(50));
    }

    [Test, Book("unit/test_handlers.py::TestChangeBatchQuantity::test_reallocates_if_necessary")]
    public async Task Reallocates_if_necessary()
    {
        ICommand[] history =
        [
            new CreateBatch("batch1", "INDIFFERENT-TABLE", 50, null),
            new CreateBatch("batch2", "INDIFFERENT-TABLE", 50, new DateOnly(2011, 1, 1)),
            new Allocate("order1", "INDIFFERENT-TABLE", 20),
            new Allocate("order2", "INDIFFERENT-TABLE", 20),
        ];
        foreach (var command in history)
        {
            await Bus.SendAsync(command);
        }

        var batches = (await Products.GetAsync("INDIFFERENT-TABLE"))!.Batches;
        Assert.That(batches.Select(batch => batch.AvailableQuantity), Is.EqualTo(new[] { 10, 50 }));

        await Bus.SendAsync(new ChangeBatchQuantity("batch1", 25));

        // order1 or order2 is deallocated, which leaves 25 - 20, and 20 are allocated to the next batch
        Assert.That(batches.Select(batch => batch.AvailableQuantity), Is.EqualTo(new[] { 5, 30 }));
    }
}

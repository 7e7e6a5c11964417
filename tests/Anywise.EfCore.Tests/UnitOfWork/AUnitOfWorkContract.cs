using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

public abstract class AUnitOfWorkContract : ShopTest
{
    [Test]
    public async Task Commits_what_was_added_and_delivers_its_events()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));

        await unitOfWork.CommitAsync();

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Rolls_back_what_was_not_committed_when_its_scope_ends(bool asynchronously)
    {
        var scope = Services.CreateAsyncScope();
        var unitOfWork = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
        unitOfWork.Add(new Order("committed"));
        await unitOfWork.CommitAsync();
        unitOfWork.Add(new Order("written"));
        await unitOfWork.CreateSavepointAsync("here");
        unitOfWork.Add(new Order("unwritten"));

        if (asynchronously)
        {
            await scope.DisposeAsync();
        }
        else
        {
            ((IDisposable)scope).Dispose();
        }

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "committed" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("committed") }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Warns_of_a_commit_that_was_forgotten(bool asynchronously)
    {
        var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Add(new Order("forgotten"));

        if (asynchronously)
        {
            await scope.DisposeAsync();
        }
        else
        {
            ((IDisposable)scope).Dispose();
        }

        Assert.That(LogEntries.Entries.Select(entry => entry.Text), Has.Exactly(1).Items.And.All.Contains("left its context with unsaved events").And.All.Contains(nameof(OrderPlaced)));
    }

    [Test]
    public async Task Undoes_rows_and_events_since_a_savepoint_and_commits_the_rest()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));
        await unitOfWork.CreateSavepointAsync("one");
        unitOfWork.Add(new Order("second"));
        await unitOfWork.CreateSavepointAsync("two");
        unitOfWork.Add(new Order("third"));

        await unitOfWork.RollbackToSavepointAsync("one");
        unitOfWork.Add(new Order("fourth"));
        await unitOfWork.CommitAsync();

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "fourth" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("fourth") }));
        Assert.That(LogEntries.Entries, Is.Empty, "events that are undone on purpose are not lost");
    }

    [Test]
    public async Task Delivers_nothing_before_the_commit_that_ends_its_savepoints()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));
        await unitOfWork.CreateSavepointAsync("one");
        Assert.That(Seen.Events, Is.Empty);

        await unitOfWork.CommitAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Refuses_a_savepoint_that_it_does_not_know_and_can_still_commit()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));
        await unitOfWork.CreateSavepointAsync("one");

        Assert.That(async () => await unitOfWork.RollbackToSavepointAsync("eno"), Throws.InvalidOperationException.With.Message.Contains("no savepoint 'eno'").And.Message.Contains("'one'"));

        await unitOfWork.CommitAsync();
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public async Task Can_commit_what_is_left_when_what_a_first_savepoint_writes_has_failed()
    {
        await StoreAsync("twin");
        var unitOfWork = NewUnitOfWork();
        var twin = new Order("twin");
        unitOfWork.Add(twin);
        unitOfWork.Add(new Order("first"));
        Assert.That(async () => await unitOfWork.CreateSavepointAsync("one"), Throws.InstanceOf<DbUpdateException>());
        unitOfWork.GetRepository<Order, Guid>().Remove(twin);

        await unitOfWork.CommitAsync();

        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "twin" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("twin"), new OrderPlaced("first") }));
    }

    [Test]
    public async Task Leaves_the_commit_of_a_transaction_to_whoever_began_it()
    {
        var unitOfWork = NewUnitOfWork();
        await using var transaction = await unitOfWork.GetContext<ShopContext>().Database.BeginTransactionAsync();
        unitOfWork.Add(new Order("first"));
        await unitOfWork.CommitAsync();
        Assert.That(Seen.Events, Is.Empty);

        await transaction.CommitAsync();

        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Saves_the_same_context_under_each_of_its_names()
    {
        await using var scope = Services.CreateAsyncScope();
        var plain = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();

        Assert.That(scope.ServiceProvider.GetRequiredService<IUnitOfWork<ShopContext>>(), Is.SameAs(plain));
        Assert.That(plain.GetContext<ShopContext>(), Is.SameAs(scope.ServiceProvider.GetRequiredService<ShopContext>()));
    }

    private async Task StoreAsync(string name)
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order(name));
        await unitOfWork.CommitAsync();
    }

    private IUnitOfWork NewUnitOfWork() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<IUnitOfWork>();
}

public sealed class AUnitOfWorkOnSqlite : AUnitOfWorkContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AUnitOfWorkOnPostgres : AUnitOfWorkContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

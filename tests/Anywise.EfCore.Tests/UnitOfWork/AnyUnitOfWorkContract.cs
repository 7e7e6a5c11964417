using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>What holds for a unit of work and its repositories on a database and for those of <c>Anywise.Testing</c> in memory.</summary>
public abstract partial class AnyUnitOfWorkContract
{
    /// <summary>What handlers saw.</summary>
    protected List<IDomainEvent> Seen { get; } = [];

    /// <summary>One as a new scope has it, on the same database. It has the handlers <see cref="SeesEvents"/>, <see cref="SailsOn"/> and <see cref="TakesNote"/>.</summary>
    protected abstract IUnitOfWork NewUnitOfWork();

    protected abstract Task<IReadOnlyList<string>> StoredNotesAsync();

    [Test]
    public async Task Forgets_what_is_added_and_removed_before_the_commit()
    {
        var unitOfWork = NewUnitOfWork();
        var voyage = new Voyage("Argo");
        VoyagesOf(unitOfWork).Add(voyage);
        voyage.Say(new Sailed("nowhere"));
        VoyagesOf(unitOfWork).Remove(voyage);

        await unitOfWork.CommitAsync();

        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(voyage.Id), Is.Null);
        Assert.That(Seen, Is.Empty);
    }

    [Test]
    public async Task Delivers_the_last_words_of_what_is_removed()
    {
        var id = await StoreAsync("Argo");
        var unitOfWork = NewUnitOfWork();
        var voyage = (await VoyagesOf(unitOfWork).GetAsync(id))!;
        voyage.Say(new Sailed("home"));
        VoyagesOf(unitOfWork).Remove(voyage);

        await unitOfWork.CommitAsync();

        Assert.That(Seen, Is.EqualTo(new[] { new Sailed("home") }));
    }

    [Test]
    public async Task Refuses_at_the_commit_to_add_what_is_stored_already()
    {
        var id = await StoreAsync("Argo");
        var unitOfWork = NewUnitOfWork();
        var (other, more) = (new Voyage("Other", id), new Voyage("More"));
        VoyagesOf(unitOfWork).Add(more);
        VoyagesOf(unitOfWork).Add(other);
        other.Say(new Sailed("nowhere"));

        Assert.That(async () => await unitOfWork.CommitAsync(), Throws.InstanceOf<DbUpdateException>());

        Assert.That((await VoyagesOf(NewUnitOfWork()).GetAsync(id))!.Name, Is.EqualTo("Argo"));
        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(more.Id), Is.Null);
        Assert.That(Seen, Is.Empty);
    }

    [Test]
    public void Refuses_at_the_commit_to_remove_what_is_not_stored()
    {
        var unitOfWork = NewUnitOfWork();
        VoyagesOf(unitOfWork).Remove(new Voyage("Argo"));

        Assert.That(async () => await unitOfWork.CommitAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
    }

    [Test]
    public async Task Drops_what_is_not_committed_when_it_is_disposed()
    {
        var id = await StoreAsync("Argo");
        var unitOfWork = NewUnitOfWork();
        var voyages = VoyagesOf(unitOfWork);
        voyages.Remove((await voyages.GetAsync(id))!);
        var added = new Voyage("Added");
        voyages.Add(added);
        await unitOfWork.CreateSavepointAsync("written");
        unitOfWork.Add(new Voyage("Unwritten"));

        await unitOfWork.DisposeAsync();

        var later = VoyagesOf(NewUnitOfWork());
        Assert.That((await later.FindAsync(new(voyage => true))).Select(voyage => voyage.Name), Is.EqualTo(new[] { "Argo" }));
        Assert.That(async () => await unitOfWork.CommitAsync(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await unitOfWork.CreateSavepointAsync("one"), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(Seen, Is.Empty);
    }

    [Test]
    public async Task Shows_others_nothing_before_the_commit()
    {
        var unitOfWork = NewUnitOfWork();
        var voyage = new Voyage("Argo");
        unitOfWork.Add(voyage);
        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(voyage.Id), Is.Null);

        await unitOfWork.CommitAsync();

        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(voyage.Id), Is.Not.Null);
    }

    [Test]
    public async Task Undoes_what_came_after_a_savepoint_as_often_as_it_is_asked()
    {
        var unitOfWork = NewUnitOfWork();
        var voyages = VoyagesOf(unitOfWork);
        var first = Sailing("first");
        voyages.Add(first);
        await unitOfWork.CreateSavepointAsync("one");
        Assert.That(await voyages.FindAsync(Named("first")), Has.Exactly(1).Items, "what is behind a savepoint is written");

        voyages.Add(Sailing("second"));
        await unitOfWork.CreateSavepointAsync("two");
        voyages.Remove((await voyages.GetAsync(first.Id))!);
        await unitOfWork.RollbackToSavepointAsync("one");
        voyages.Add(Sailing("third"));
        await unitOfWork.RollbackToSavepointAsync("one");
        voyages.Add(Sailing("fourth"));
        Assert.That(Seen, Is.Empty);
        await unitOfWork.CommitAsync();

        var stored = await VoyagesOf(NewUnitOfWork()).FindAsync(new(voyage => true));
        Assert.That(stored.Select(voyage => voyage.Name), Is.EquivalentTo(new[] { "first", "fourth" }));
        Assert.That(Seen, Is.EqualTo(new[] { new Sailed("first"), new Sailed("fourth") }));
        Assert.That(async () => await unitOfWork.RollbackToSavepointAsync("one"), Throws.InvalidOperationException.With.Message.Contains("no savepoint 'one'"));
    }

    [Test]
    public async Task Delivers_events_in_the_order_in_which_they_were_raised_and_once()
    {
        var unitOfWork = NewUnitOfWork();
        var (one, other) = (new Voyage("one"), new Voyage("other"));
        unitOfWork.Add(one);
        unitOfWork.Add(other);
        one.Say(new Sailed("1"));
        other.Say(new Sailed("2"));
        one.Say(new Sailed("3"));
        Assert.That(Seen, Is.Empty);

        await unitOfWork.CommitAsync();
        await unitOfWork.CommitAsync();

        Assert.That(Seen, Is.EqualTo(new[] { new Sailed("1"), new Sailed("2"), new Sailed("3") }));
    }

    [Test]
    public async Task Delivers_what_handlers_commit_after_what_waits_already()
    {
        var voyage = new Voyage("Argo");
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(voyage);
        voyage.Say(new Departed(voyage.Id, Legs: 2));
        voyage.Say(new Sailed("out of the harbor"));

        await unitOfWork.CommitAsync();

        Assert.That(Seen, Is.EqualTo(new IDomainEvent[]
        {
            new Departed(voyage.Id, 2), new Sailed("out of the harbor"), new Departed(voyage.Id, 1), new Departed(voyage.Id, 0),
        }));
    }

    [Test]
    public async Task Saves_what_before_commit_handlers_add_and_handles_what_that_raises()
    {
        var unitOfWork = NewUnitOfWork();
        var voyage = new Voyage("Argo");
        unitOfWork.Add(voyage);
        voyage.Say(new Noted("one", Follow: 1));

        await unitOfWork.CommitAsync();

        Assert.That(await StoredNotesAsync(), Is.EquivalentTo(new[] { "one", "one, followed" }));
        Assert.That(Seen, Is.EqualTo(new[] { new Noted("one", 1), new Noted("one, followed", 0) }));
    }

    [Test]
    public async Task Lets_a_before_commit_handler_refuse_the_commit_and_not_commit_itself()
    {
        var unitOfWork = NewUnitOfWork();
        var voyage = new Voyage("Argo");
        unitOfWork.Add(voyage);
        voyage.Say(new Noted(TakesNote.Commits, Follow: 0));

        Assert.That(async () => await unitOfWork.CommitAsync(), Throws.InvalidOperationException.With.Message.Contains("before-commit handler"));

        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(voyage.Id), Is.Null);
        Assert.That(Seen, Is.Empty);
    }

    [Test]
    public async Task Generates_a_number_that_is_missing_for_events_that_wait_for_it()
    {
        var unitOfWork = NewUnitOfWork();
        var (one, other) = (new Ticket("one"), new Ticket("other"));
        unitOfWork.GetRepository<Ticket, int>().Add(one);
        unitOfWork.GetRepository<Ticket, int>().Add(other);

        await unitOfWork.CommitAsync();

        Assert.That(new[] { one.Id, other.Id }, Is.Unique.And.None.Zero);
        Assert.That(Seen, Is.EquivalentTo(new[] { new TicketOpened(one.Id, "one"), new TicketOpened(other.Id, "other") }));
        Assert.That((await NewUnitOfWork().GetRepository<Ticket, int>().GetAsync(one.Id))!.Title, Is.EqualTo("one"));
    }

    [Test]
    public async Task Commits_nothing_when_that_is_cancelled()
    {
        var unitOfWork = NewUnitOfWork();
        var voyage = Sailing("Argo");
        unitOfWork.Add(voyage);

        Assert.That(async () => await unitOfWork.CommitAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await VoyagesOf(NewUnitOfWork()).GetAsync(voyage.Id), Is.Null);
        Assert.That(Seen, Is.Empty);
    }

    private static Voyage Sailing(string name)
    {
        var voyage = new Voyage(name);
        voyage.Say(new Sailed(name));
        return voyage;
    }

    private static Specification<Voyage> Named(string name) => new(voyage => voyage.Name == name);

    private static IRepository<Voyage, VoyageId> VoyagesOf(IUnitOfWork unitOfWork) => unitOfWork.GetRepository<Voyage, VoyageId>();

    private async Task<VoyageId> StoreAsync(string name, params string[] ports)
    {
        await using var unitOfWork = NewUnitOfWork();
        var voyage = new Voyage(name);
        foreach (var port in ports)
        {
            voyage.Add(port);
        }

        unitOfWork.Add(voyage);
        await unitOfWork.CommitAsync();
        return voyage.Id;
    }
}

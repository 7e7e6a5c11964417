using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Testing.Tests;

public sealed class AFakeUnitOfWork
{
    private readonly FakeUnitOfWork _unitOfWork = new();

    [SetUp]
    public void Store_a_book() => _unitOfWork.Store(new Book("Dune"));

    [Test]
    public async Task Is_committed_when_nothing_waits_for_a_commit_any_more()
    {
        var books = _unitOfWork.GetRepository<Book, string>();
        Assert.That(_unitOfWork.IsCommitted, Is.False, "nothing was done yet");

        await _unitOfWork.CommitAsync();
        Assert.That(_unitOfWork.IsCommitted);

        books.Add(new Book("Emma"));
        Assert.That(_unitOfWork.IsCommitted, Is.False, "a book was added");
        await _unitOfWork.CommitAsync();
        Assert.That((_unitOfWork.IsCommitted, _unitOfWork.Commits), Is.EqualTo((true, 2)));

        (await books.GetAsync("Dune"))!.Lend();
        Assert.That(_unitOfWork.IsCommitted, Is.False, "an event was raised");
        await _unitOfWork.CreateSavepointAsync("lent");
        Assert.That(_unitOfWork.IsCommitted, Is.False, "a savepoint is no commit");
    }

    [Test]
    public async Task Tells_the_events_that_were_committed_without_those_of_what_was_stored_before()
    {
        var dune = (await _unitOfWork.GetRepository<Book, string>().GetAsync("Dune"))!;
        dune.Lend();
        _unitOfWork.Add(new Book("Emma"));
        Assert.That(_unitOfWork.CommittedEvents, Is.Empty);

        await _unitOfWork.CommitAsync();

        Assert.That(_unitOfWork.CommittedEvents, Is.EqualTo(new IDomainEvent[] { new BookLent("Dune"), new BookBought("Emma") }));
    }

    [Test]
    public async Task Shows_everything_of_a_type_that_is_committed()
    {
        _unitOfWork.Add(new Shelf { Name = "A" });
        _unitOfWork.Add(new Book("Emma"));
        Assert.That(_unitOfWork.Stored<Shelf>(), Is.Empty);

        await _unitOfWork.CommitAsync();

        Assert.That(_unitOfWork.Stored<Shelf>().Single().Name, Is.EqualTo("A"));
        Assert.That(_unitOfWork.Stored<Book>().Select(book => book.Id), Is.EqualTo(new[] { "Dune", "Emma" }));
    }

    [Test]
    public async Task Hears_the_events_of_aggregates_whose_base_class_is_taken()
    {
        var fine = new Fine();
        _unitOfWork.Add(fine);
        fine.Pay();

        await _unitOfWork.CommitAsync();

        Assert.That(_unitOfWork.CommittedEvents, Is.EqualTo(new[] { new FinePaid() }));
    }

    [Test]
    public void Gives_a_missing_guid_at_once_and_refuses_a_missing_text()
    {
        var member = new Member();
        _unitOfWork.Add(member);

        Assert.That(member.Id, Is.Not.EqualTo(Guid.Empty));
        Assert.That(() => _unitOfWork.Add(new Book(null!)), Throws.InvalidOperationException.With.Message.Contains("'Book' was added without an identity"));
    }

    [Test]
    public void Refuses_to_store_the_same_identity_twice() =>
        Assert.That(() => _unitOfWork.Store(new Book("Dune")), Throws.InstanceOf<DbUpdateException>().With.Message.Contains("'Book Dune' was added"));

    [Test]
    public async Task Stands_for_that_of_one_of_several_contexts()
    {
        var unitOfWork = new FakeUnitOfWork<LibraryContext>();
        unitOfWork.Add(new Book("Emma"));

        await ((EfCore.IUnitOfWork<LibraryContext>)unitOfWork).CommitAsync();

        Assert.That(await unitOfWork.Another().GetRepository<Book, string>().GetAsync("Emma"), Is.Not.Null);
    }

    [Test]
    public async Task Says_no_more_of_what_was_raised_before_it_was_rolled_back()
    {
        var books = _unitOfWork.GetRepository<Book, string>();
        await _unitOfWork.CreateSavepointAsync("before");
        (await books.GetAsync("Dune"))!.Lend();

        await _unitOfWork.RollbackToSavepointAsync("before");
        await books.GetAsync("Dune");
        await _unitOfWork.CommitAsync();

        Assert.That(_unitOfWork.CommittedEvents, Is.Empty);
    }

    public sealed class LibraryContext : DbContext;
}

using Anywise.Domain;

namespace Anywise.Testing.Tests;

public sealed class ARecordingDispatcher
{
    private readonly RecordingDispatcher _dispatcher = new();
    private readonly List<string> _notes = [];
    private readonly FakeUnitOfWork _unitOfWork;
    private readonly IRepository<Book, string> _books;

    public ARecordingDispatcher()
    {
        _unitOfWork = new FakeUnitOfWork(_dispatcher);
        _unitOfWork.Store(new Book("Dune"));
        _books = _unitOfWork.GetRepository<Book, string>();
    }

    [Test]
    public async Task Remembers_what_was_sent_where_nobody_handles_it()
    {
        await _dispatcher.SendAsync(new LendBook("Dune"));

        Assert.That(_dispatcher.Sent, Is.EqualTo(new[] { new LendBook("Dune") }));
        Assert.That(_unitOfWork.Commits, Is.Zero);
    }

    [Test]
    public async Task Answers_what_it_was_told_to_answer()
    {
        _dispatcher.Answer((CountBooks _) => 7);

        Assert.That(await _dispatcher.SendAsync(new CountBooks()), Is.EqualTo(7));
        Assert.That(_dispatcher.Sent, Is.EqualTo(new[] { new CountBooks() }));
    }

    [Test]
    public void Does_not_make_up_an_answer_that_it_was_not_told() =>
        Assert.That(
            async () => await _dispatcher.SendAsync(new CountBooks()),
            Throws.InvalidOperationException.With.Message.Contains("'CountBooks' was sent, but has neither a handler nor an answer").And.Message.Contains("'Int32'"));

    [Test]
    public void Fails_in_place_of_a_handler_when_it_was_told_to()
    {
        _dispatcher.HandleWith(new LendBookHandler(_books, _unitOfWork)).Fail<LendBook>(new TimeoutException());

        Assert.That(async () => await _dispatcher.SendAsync(new LendBook("Dune")), Throws.InstanceOf<TimeoutException>());
        Assert.That(_unitOfWork.Commits, Is.Zero);
    }

    [Test]
    public void Does_not_pretend_that_publishing_an_event_could_fail() =>
        Assert.That(() => _dispatcher.Fail<BookLent>(new TimeoutException()), Throws.ArgumentException.With.Message.Contains("'BookLent' is an event"));

    [Test]
    public void Lets_what_a_command_handler_throws_reach_the_sender()
    {
        _dispatcher.HandleWith(new LendBookHandler(_books, _unitOfWork));

        Assert.That(async () => await _dispatcher.SendAsync(new LendBook("Emma")), Throws.InstanceOf<KeyNotFoundException>());
    }

    [Test]
    public async Task Takes_committed_events_to_handlers_in_the_order_of_an_application()
    {
        _dispatcher.HandleWith(new Notes(_notes), new FirstNotes(_notes), new LendBookHandler(_books, _unitOfWork));

        await _dispatcher.SendAsync(new LendBook("Dune"));

        Assert.That(_notes, Is.EqualTo(new[] { "first", "BookLent { Title = Dune }" }));
        Assert.That(_dispatcher.Published, Is.EqualTo(new[] { new BookLent("Dune") }));
    }

    [Test]
    public async Task Delivers_a_published_event_at_once_even_in_the_midst_of_others()
    {
        _dispatcher.HandleWith(new Announces(_dispatcher), new Notes(_notes));

        await _dispatcher.PublishAsync(new BookLent("Dune"));

        Assert.That(_notes, Is.EqualTo(new[] { "FinePaid { }", "BookLent { Title = Dune }" }));
        Assert.That(_dispatcher.Published, Is.EqualTo(new IEvent[] { new BookLent("Dune"), new FinePaid() }));
    }

    [Test]
    public void Tells_of_a_handler_that_failed_when_all_others_have_run()
    {
        _dispatcher.HandleWith(new Fails(), new Notes(_notes), new LendBookHandler(_books, _unitOfWork));

        Assert.That(
            async () => await _dispatcher.SendAsync(new LendBook("Dune")),
            Throws.InvalidOperationException.With.Message.Contains("'Fails' failed to handle 'BookLent': The printer is out of paper.").And.InnerException.InstanceOf<TimeoutException>());
        Assert.That(_notes, Has.Count.EqualTo(1));
        Assert.That(_unitOfWork.IsCommitted);
    }

    [Test]
    public void Tells_of_every_handler_that_failed()
    {
        _dispatcher.HandleWith(new Fails(), new FailsToo());

        Assert.That(
            async () => await _dispatcher.PublishAsync(new BookLent("Dune")),
            Throws.InstanceOf<AggregateException>().With.Property(nameof(AggregateException.InnerExceptions)).Count.EqualTo(2));
    }

    [Test]
    public void Ends_a_circle_of_handlers_and_shows_it()
    {
        _dispatcher.HandleWith(new Echo(_unitOfWork, _books), new LendBookHandler(_books, _unitOfWork));

        Assert.That(
            async () => await _dispatcher.SendAsync(new LendBook("Dune")),
            Throws.InvalidOperationException.With.Message.Contains("32 events in a row led to it: BookLent → BookLent"));
        Assert.That(_dispatcher.Published, Has.Count.EqualTo(32));
    }

    [Test]
    public void Refuses_what_an_application_would_refuse_to_register()
    {
        _dispatcher.HandleWith(new LendBookHandler(_books, _unitOfWork));

        Assert.That(() => _dispatcher.HandleWith(new OtherLendBookHandler()), Throws.InvalidOperationException.With.Message.Contains("'LendBook' has two handlers"));
        Assert.That(() => _dispatcher.HandleWith(new Shelf { Name = "A" }), Throws.InvalidOperationException.With.Message.Contains("'Shelf' handles nothing"));
    }

    [Test]
    public async Task Takes_another_handler_of_a_class_for_the_one_before_even_when_that_has_run()
    {
        List<string> others = [];
        _dispatcher.HandleWith(new Notes(_notes));
        await _dispatcher.PublishAsync(new BookLent("Dune"));

        _dispatcher.HandleWith(new Notes(others), new FirstNotes(others));
        await _dispatcher.PublishAsync(new BookLent("Dune"));

        Assert.That((_notes.Count, others.Count), Is.EqualTo((1, 2)));
    }
}

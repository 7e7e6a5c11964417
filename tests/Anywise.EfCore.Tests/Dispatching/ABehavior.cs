using System.ComponentModel.DataAnnotations;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>Behaviors stand around the handlers of commands, queries and events.</summary>
public sealed class ABehavior : ShopTest
{
    private readonly List<string> _steps = [];
    private Action<AnywiseBuilder> _register = static _ => { };

    [Test]
    public async Task Runs_before_and_after_the_handler_in_the_order_of_registration()
    {
        var dispatcher = With(anywise => anywise.AddBehavior(typeof(Outer<,>)).AddBehavior(typeof(Inner<,>)));

        Assert.That(await dispatcher.SendAsync(new Double(21)), Is.EqualTo(42));

        Assert.That(_steps, Is.EqualTo(new[] { "outer before Double", "inner before Double", "handle 21", "inner after Double", "outer after Double" }));
    }

    [Test]
    public async Task Stands_around_commands_without_result_too()
    {
        var dispatcher = With(anywise => anywise.AddBehavior(typeof(Outer<,>)));

        await dispatcher.SendAsync(new Note("a"));

        Assert.That(_steps, Is.EqualTo(new[] { "outer before Note", "handle a", "outer after Note" }));
    }

    [Test]
    public async Task Stands_around_each_handler_of_an_event()
    {
        var dispatcher = With(anywise => anywise.AddBehavior(typeof(Outer<,>)).AddHandler<OneHandler>().AddHandler<OtherHandler>());

        await dispatcher.PublishAsync(new Happened());

        Assert.That(_steps, Is.EqualTo(new[]
        {
            "outer before Happened", "one", "outer after Happened",
            "outer before Happened", "other", "outer after Happened",
            "outer before Happened", "outer after Happened", // the handler that sees everything
        }));
    }

    [Test]
    public async Task Stands_around_the_one_message_that_it_names()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<OnlyDouble>());

        await dispatcher.SendAsync(new Double(1));
        await dispatcher.SendAsync(new Note("a"));

        Assert.That(_steps, Is.EqualTo(new[] { "only double", "handle 1", "handle a" }));
    }

    [Test]
    public async Task Stands_around_every_message_that_has_its_interface()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<AuditedOnly>());

        await dispatcher.SendAsync(new Note("a"));
        await dispatcher.PublishAsync(new Happened());

        Assert.That(_steps, Is.EqualTo(new[] { "audit Note", "handle a" }));
    }

    [Test]
    public async Task Stands_around_a_derived_event_whose_handler_declares_the_base()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<OnlyHappened>());

        await dispatcher.PublishAsync(new Happened()); // SeeingHandler handles IEvent

        Assert.That(_steps, Is.EqualTo(new[] { "only happened" }));
        Assert.That(Seen.Events, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Stands_only_around_what_fits_its_constraints()
    {
        var dispatcher = With(anywise => anywise.AddBehavior(typeof(QueriesOnly<,>)).AddBehavior(typeof(ListsOf<,>)));

        await dispatcher.SendAsync(new Note("a"));
        await dispatcher.SendAsync(new Double(1));
        await dispatcher.SendAsync(new Names());

        Assert.That(_steps, Is.EqualTo(new[] { "handle a", "query Double", "handle 1", "query Names", "list of String" }));
    }

    [Test]
    public async Task Stands_around_a_message_once_even_if_it_fits_twice_or_is_registered_twice()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<BaseAndSelf>().AddBehavior<BaseAndSelf>());

        await dispatcher.SendAsync(new Note("a"));

        Assert.That(_steps, Is.EqualTo(new[] { "as Note", "handle a" }));
    }

    [Test]
    public async Task Is_registered_without_reflection_by_naming_its_types()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<OnlyDouble, Double, int>());

        await dispatcher.SendAsync(new Double(1));

        Assert.That(_steps, Is.EqualTo(new[] { "only double", "handle 1" }));
    }

    [Test]
    public async Task Stands_around_all_the_messages_that_are_named_one_after_the_other()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<BaseAndSelf, IMessage, Unit>().AddBehavior(typeof(Inner<,>)).AddBehavior<BaseAndSelf, Note, Unit>());

        await dispatcher.SendAsync(new Note("a"));
        await dispatcher.PublishAsync(new Happened());

        Assert.That(_steps, Is.EqualTo(new[]
        {
            "as Note", "inner before Note", "handle a", "inner after Note",
            "as IMessage", "inner before Happened", "inner after Happened",
        }));
    }

    [Test]
    public async Task May_hand_another_token_to_the_handler()
    {
        using var cancellation = new CancellationTokenSource();
        var dispatcher = With(anywise => anywise.AddHandler<TokenHandler>().AddBehavior<OwnToken>());

        Assert.That(await dispatcher.SendAsync(new Token(cancellation.Token)), Is.EqualTo(cancellation.Token));
    }

    [Test]
    public async Task May_answer_without_the_handler()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<Cached>());

        Assert.That(await dispatcher.SendAsync(new Double(3)), Is.EqualTo(-1));
        Assert.That(_steps, Is.Empty);
    }

    [Test]
    public async Task May_call_the_handler_more_than_once()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<Twice>().AddBehavior(typeof(Inner<,>)));

        await dispatcher.SendAsync(new Double(1));

        Assert.That(_steps, Is.EqualTo(new[]
        {
            "inner before Double", "handle 1", "inner after Double", "inner before Double", "handle 1", "inner after Double",
        }));
    }

    [Test]
    public void Lets_its_exception_reach_the_sender()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<Refusing>());

        Assert.That(async () => await dispatcher.SendAsync(new Note("a")), Throws.TypeOf<UnauthorizedAccessException>());
        Assert.That(_steps, Is.Empty);
    }

    [Test]
    public async Task Is_a_failure_of_the_handler_when_it_throws_around_an_event()
    {
        var dispatcher = With(anywise => anywise.AddBehavior<RefusingEvents>());

        await dispatcher.PublishAsync(new Happened());

        var (_, text, failure) = LogEntries.Entries.Single();
        Assert.That(text, Does.StartWith("'SeeingHandler' failed to handle 'Happened'"));
        Assert.That(failure, Is.TypeOf<UnauthorizedAccessException>());
    }

    [Test]
    public void That_is_none_is_refused_at_registration()
    {
        Assert.That(() => With(anywise => anywise.AddBehavior<ABehavior>()), Throws.InvalidOperationException.With.Message.Contains("'ABehavior' is no behavior"));
        Assert.That(
            () => With(anywise => anywise.AddBehavior(typeof(Unbound<>))),
            Throws.InvalidOperationException.With.Message.Contains("follows neither from its message nor from its result"));
        Assert.That(() => With(anywise => anywise.AddBehavior(null!)), Throws.ArgumentNullException);
    }

    [Test]
    public void That_would_never_run_is_refused_at_registration()
    {
        const string Start = "'Misguided' stands around 'Double' with the answer 'String', but that is answered with 'Int32'";
        Assert.That(() => With(anywise => anywise.AddBehavior<Misguided>()), Throws.InvalidOperationException.With.Message.StartsWith(Start).And.Message.Contains("'IPipelineBehavior<Double, Int32>'"));
        Assert.That(() => With(anywise => anywise.AddBehavior<Misguided, Double, string>()), Throws.InvalidOperationException.With.Message.StartsWith(Start));
        Assert.That(() => With(anywise => anywise.AddBehavior<MisguidedByEvents>()), Throws.InvalidOperationException.With.Message.Contains("is answered with 'Unit'"));
    }

    [Test]
    public async Task Finds_the_base_of_a_message_that_fits_among_several()
    {
        var dispatcher = With(anywise => anywise.AddHandler<TwofoldHandler>().AddBehavior(typeof(OfOneBase<>)));

        await dispatcher.SendAsync(new Twofold());

        Assert.That(_steps, Is.EqualTo(new[] { "of Version" }));
    }

    [TestCase(0, false)]
    [TestCase(5, true)]
    public async Task That_validates_reads_the_parameters_of_a_record_too(int stars, bool isValid)
    {
        var dispatcher = With(anywise => anywise.AddHandler<RateHandler>().AddValidationBehavior());

        if (isValid)
        {
            await dispatcher.SendAsync(new Rate(stars));
        }
        else
        {
            Assert.That(async () => await dispatcher.SendAsync(new Rate(stars)), Throws.TypeOf<ValidationException>().With.Message.StartsWith("'Rate' is not valid:").And.Message.Contains("Stars"));
        }

        Assert.That(_steps, Has.Count.EqualTo(isValid ? 1 : 0));
    }

    [Test]
    public async Task That_validates_refuses_a_request_with_all_of_its_errors()
    {
        var dispatcher = With(anywise => anywise.AddValidationBehavior());

        var failure = Assert.ThrowsAsync<ValidationException>(async () => await dispatcher.SendAsync(new Sign { Name = "", Age = 3 }))!;
        Assert.That(failure.Message, Does.StartWith("'Sign' is not valid:").And.Contain("Name").And.Contain("Age").And.Contain("send it again"));
        Assert.That(failure.ValidationResult.MemberNames, Is.EquivalentTo(new[] { "Name", "Age" }));
        Assert.That(_steps, Is.Empty);

        await dispatcher.SendAsync(new Sign { Name = "Ada", Age = 36 });
        Assert.That(_steps, Is.EqualTo(new[] { "sign Ada" }));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.AddHandler<DoubleHandler>().AddHandler<NoteHandler>().AddHandler<NamesHandler>().AddHandler<SignHandler>();
        _register(anywise);
    }

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_steps);
    }

    private IDispatcher With(Action<AnywiseBuilder> register)
    {
        _register = register;
        return Dispose(Build().CreateAsyncScope()).ServiceProvider.GetRequiredService<IDispatcher>();
    }
}

using Anywise.Domain;
using Anywise.EfCore.Inspection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Anywise.EfCore.Tests.Inspection;

public sealed class TheInspector
{
    private ServiceProvider _services = null!;
    private IAnywiseInspector _inspector = null!;

    [SetUp]
    public void Register()
    {
        _services = new ServiceCollection().AddAnywise(anywise => anywise
            .AddHandler<OpenHandler>().AddHandler<CloseHandler>().AddHandler<BalanceHandler>().AddHandler<Reopen>().AddHandler<Check>().AddHandler<Audit>().AddHandler<MoveHandler>()
            .AddBehavior(typeof(Timing<,>)).AddBehavior<Guard>()
            .HandleConcurrently<AccountOpened>()).BuildServiceProvider();
        _inspector = _services.GetRequiredService<IAnywiseInspector>();
    }

    [TearDown]
    public void End() => _services.Dispose();

    [Test]
    public void Describes_a_command_with_its_behaviors_and_its_handler()
    {
        var open = _inspector.Describe(typeof(OpenAccount));

        Assert.That(open.Kind, Is.EqualTo(MessageKind.Command));
        Assert.That(open.Behaviors, Is.EqualTo(new[] { typeof(Timing<OpenAccount, Unit>), typeof(Guard) }));
        Assert.That(open.Handlers, Is.EqualTo(new[] { typeof(OpenHandler) }));
        Assert.That(open.Attempts, Is.EqualTo(4));
    }

    [Test]
    public void Describes_a_query_and_its_handler()
    {
        var balance = _inspector.Describe(typeof(Balance));

        Assert.That(balance.Kind, Is.EqualTo(MessageKind.Query));
        Assert.That(balance.Handlers, Is.EqualTo(new[] { typeof(BalanceHandler) }));
        Assert.That(balance.Behaviors, Is.EqualTo(new[] { typeof(Timing<Balance, int>) }));
    }

    [Test]
    public void Describes_an_event_with_the_handlers_of_both_phases()
    {
        var closed = _inspector.Describe(typeof(AccountClosed));
        var opened = _inspector.Describe(typeof(AccountOpened));

        Assert.That(closed.Kind, Is.EqualTo(MessageKind.Event));
        Assert.That(closed.BeforeCommit, Is.EqualTo(new[] { typeof(Check) }));
        Assert.That(closed.Handlers, Is.EqualTo(new[] { typeof(Audit), typeof(Reopen) }));
        Assert.That((opened.IsConcurrent, closed.IsConcurrent), Is.EqualTo((true, false)));
    }

    [Test]
    public void Finds_messages_that_nobody_handles() =>
        Assert.That(_inspector.Messages.Where(message => message.Handlers.Count == 0).Select(message => message.Message), Has.Member(typeof(Forgotten)));

    [TestCase(typeof(Audit), typeof(AccountClosed), "'Audit' handles 'AccountClosed'.")]
    [TestCase(typeof(Check), typeof(AccountClosed), "'Check' handles 'AccountClosed' before the commit.")]
    [TestCase(typeof(Late), typeof(AccountClosed), "'Late' does not handle 'AccountClosed', because it is not registered. Add 'AddHandler<Late>()', or 'AddHandlersFrom<Late>()' for its whole assembly, of which other handlers are registered one by one.")]
    [TestCase(typeof(Reopen), typeof(AccountOpened), "'Reopen' does not handle 'AccountOpened': it handles 'AccountClosed'. Implement 'IEventHandler<AccountOpened>', too.")]
    [TestCase(typeof(TheInspector), typeof(OpenAccount), "'TheInspector' does not handle 'OpenAccount', because it handles nothing. Implement 'ICommandHandler<OpenAccount>'.")]
    [TestCase(typeof(OtherBalanceHandler), typeof(Balance), "'OtherBalanceHandler' does not handle 'Balance', because 'BalanceHandler' does, and a command or query has exactly one handler. Remove one of them.")]
    [TestCase(typeof(Half), typeof(AccountClosed), "'Half' does not handle 'AccountClosed', because it is abstract or generic, so nobody can make one. Register a class that derives from it or closes it.")]
    [TestCase(typeof(TheInspector), typeof(RenameAccount), "'TheInspector' does not handle 'RenameAccount', because it handles nothing. Implement 'ICommandHandler<RenameAccount, string>'.")]
    [TestCase(typeof(TheInspector), typeof(Owners), "'TheInspector' does not handle 'Owners', because it handles nothing. Implement 'IQueryHandler<Owners, Dictionary<int, string[]>>'.")]
    [TestCase(typeof(MoveHandler), typeof(MoveFar), "'MoveHandler' does not handle 'MoveFar': it handles 'Move', and a command or query goes to the handler of its own type, not to that of a base. Implement 'ICommandHandler<MoveFar>', too.")]
    public void Explains_why_a_handler_gets_a_message_or_not(Type handler, Type message, string explanation) =>
        Assert.That(_inspector.Explain(handler, message), Is.EqualTo(explanation));

    [Test]
    public void Refuses_to_describe_what_is_no_message()
    {
        Assert.That(() => _inspector.Describe(typeof(string)), Throws.ArgumentException.With.Message.Contains("'String' cannot be sent or published"));
        Assert.That(() => _inspector.Describe(typeof(IEvent)), Throws.ArgumentException);
        Assert.That(() => _inspector.Describe(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Draws_what_leads_to_what_with_loops_and_unhandled_events_marked()
    {
        var picture = _inspector.ToMermaid();

        Assert.That(Picture.Edges(picture), Is.EquivalentTo(new[]
        {
            "OpenAccount --> Account", "CloseAccount -->|loop| Account", "Account -->|loop| AccountClosed", "AccountClosed -->|loop| Reopen",
            "Reopen -->|loop| CloseAccount", "AccountClosed --> Audit", "AccountClosed --> Check", "Account --> AccountOpened (nobody handles it)", "Account --> Forgotten (nobody handles it)",
        }));
        Assert.That(picture, Does.StartWith("flowchart LR").And.Contain("""(["Forgotten (nobody handles it)"]):::unhandled"""));
    }

    [Test]
    public void Draws_what_is_sent_in_an_asynchronous_lambda()
    {
        using var services = new ServiceCollection().AddAnywise(anywise => anywise.AddHandler<MoveLater>().AddHandler<MoveHandler>().AddHandler<OpenHandler>()).BuildServiceProvider();

        Assert.That(Picture.Edges(services.GetRequiredService<IAnywiseInspector>().ToMermaid()), Is.SupersetOf(new[] { "MoveLater --> Move", "MoveLater -->|loop| OpenAccount" }));
    }

    [Test, NonParallelizable] // the exit code is one for the process
    public void Answers_the_command_line_and_nothing_else()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAnywise(anywise => anywise.AddHandler<OpenHandler>())).Build();
        var output = new StringWriter();

        Assert.That(host.AnswersAnywise([], output), Is.False);
        Assert.That(host.AnswersAnywise(["demo"], output), Is.False);
        Assert.That(output.ToString(), Is.Empty);

        Environment.ExitCode = 1;
        Assert.That(host.AnswersAnywise(["anywise", "describe"], output), Is.True);
        Assert.That(output.ToString(), Does.Contain("Command OpenAccount (up to 4 attempts)\n    handled by: OpenHandler"));
        Assert.That(host.AnswersAnywise(["anywise", "describe", "--mermaid"], output), Is.True);
        Assert.That(output.ToString(), Does.Contain("flowchart LR"));
        Assert.That(Environment.ExitCode, Is.Zero);
    }

    [Test, NonParallelizable] // the exit code is one for the process
    public void Answers_a_question_that_it_does_not_know_with_its_usage()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAnywise(_ => { })).Build();
        var output = new StringWriter();

        Assert.That(host.AnswersAnywise(["anywise", "dance"], output), Is.True);

        Assert.That(output.ToString(), Does.StartWith("usage: anywise describe"));
        Assert.That(Environment.ExitCode, Is.EqualTo(1));
        Environment.ExitCode = 0;
    }
}

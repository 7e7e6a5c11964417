using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

public sealed class TheDispatcher : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise
        .AddHandler<PlaceHandler>().AddHandler<CountHandler>().AddHandler<RenameHandler>().AddHandler<ListenHandler>();

    [Test]
    public async Task Runs_a_command_in_the_scope_of_the_sender()
    {
        await using var scope = Services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<ShopContext>();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Place("first"));

        Assert.That(context.Orders.Local.Single().Name, Is.EqualTo("first"));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Returns_what_a_command_and_a_query_answer()
    {
        var dispatcher = NewDispatcher();
        await dispatcher.SendAsync(new Place("first"));

        Assert.That(await dispatcher.SendAsync(new Rename("first", "second")), Is.EqualTo("second"));
        Assert.That(await dispatcher.SendAsync(new Count()), Is.EqualTo(1));
    }

    [Test]
    public async Task Runs_a_command_that_is_sent_as_a_request()
    {
        IRequest<Unit> request = new Place("first");

        Assert.That(await NewDispatcher().SendAsync(request), Is.EqualTo(default(Unit)));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
    }

    [Test]
    public void Lets_the_exception_of_a_handler_reach_the_sender() =>
        Assert.That(async () => await NewDispatcher().SendAsync(new Rename("nobody", "x")), Throws.InvalidOperationException);

    [Test]
    public async Task Hands_the_token_of_the_sender_to_the_handler()
    {
        using var cancellation = new CancellationTokenSource();

        Assert.That(await NewDispatcher().SendAsync(new Listen(), cancellation.Token), Is.EqualTo(cancellation.Token));
    }

    [Test]
    public void Refuses_to_send_when_the_sender_has_given_up() =>
        Assert.That(async () => await NewDispatcher().SendAsync(new Listen(), new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void Refuses_to_publish_when_the_publisher_has_given_up()
    {
        Assert.That(async () => await NewDispatcher().PublishAsync(new Announced(), new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public void Refuses_a_command_without_handler_and_says_what_to_write()
    {
        var failure = Assert.ThrowsAsync<InvalidOperationException>(async () => await NewDispatcher().SendAsync(new Unheard()))!;

        Assert.That(failure.Message, Does.StartWith("'TheDispatcher.Unheard' was sent, but has no handler.").And.Contain("'ICommandHandler<TheDispatcher.Unheard>'").And.Contain("AddHandlersFrom"));
    }

    [Test]
    public void Says_which_contract_answers_a_request_without_handler()
    {
        Assert.That(async () => await NewDispatcher().SendAsync(new UnheardCommand()), Throws.InvalidOperationException.With.Message.Contains("'ICommandHandler<TheDispatcher.UnheardCommand, List<string>>'"));
        Assert.That(async () => await NewDispatcher().SendAsync(new UnheardQuery()), Throws.InvalidOperationException.With.Message.Contains("'IQueryHandler<TheDispatcher.UnheardQuery, int>'"));
    }

    [Test]
    public void Refuses_a_message_that_is_null()
    {
        var dispatcher = NewDispatcher();

        Assert.That(async () => await dispatcher.SendAsync((ICommand)null!), Throws.ArgumentNullException);
        Assert.That(async () => await dispatcher.SendAsync((IQuery<int>)null!), Throws.ArgumentNullException);
        Assert.That(async () => await dispatcher.PublishAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Publishes_an_event_at_once_within_an_open_transaction()
    {
        await using var scope = Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.BeginTransactionAsync();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Announced());

        Assert.That(Seen.Events, Is.EqualTo(new[] { new Announced() }));
    }

    [Test]
    public async Task Publishes_to_a_handler_and_then_to_those_that_it_causes()
    {
        Seen.WhenHandled = async (@event, services, _) =>
        {
            if (@event is Announced)
            {
                await services.GetRequiredService<IDispatcher>().SendAsync(new Place("first"));
            }
        };

        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(Seen.Events, Is.EqualTo(new IEvent[] { new Announced(), new OrderPlaced("first") }));
    }

    [Test]
    public async Task Logs_and_does_not_throw_what_a_handler_of_a_published_event_throws()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("handler");

        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(LogEntries.Entries.Single().Text, Does.StartWith("'SeeingHandler' failed to handle 'TheDispatcher.Announced'"));
    }

    [Test]
    public async Task Hands_the_token_of_the_publisher_to_the_handlers()
    {
        using var cancellation = new CancellationTokenSource();
        CancellationToken ofHandler = default;
        Seen.WhenHandled = (_, _, token) =>
        {
            ofHandler = token;
            return default;
        };

        await NewDispatcher().PublishAsync(new Announced(), cancellation.Token);

        Assert.That(ofHandler, Is.EqualTo(cancellation.Token));
    }

    [Test]
    public async Task Stops_handlers_that_publish_for_ever_at_the_depth_limit()
    {
        Seen.WhenHandled = (_, services, token) => services.GetRequiredService<IDispatcher>().PublishAsync(new Announced(), token);

        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(Seen.Events, Has.Count.EqualTo(32));
        Assert.That(LogEntries.Entries.Single().Text, Does.Contain("32 events in a row led to it: TheDispatcher.Announced → TheDispatcher.Announced"));
    }

    [Test]
    public async Task Is_traced_from_the_command_to_the_handlers_that_it_caused()
    {
        using var trace = new TraceReading();

        await NewDispatcher().SendAsync(new Place("first"));

        Assert.That(trace.Stopped, Is.EqualTo(new[]
        {
            "send TheDispatcher.Place > deliver OrderPlaced > handle SeeingHandler", "send TheDispatcher.Place > deliver OrderPlaced", "send TheDispatcher.Place",
        }));
    }

    [Test]
    public async Task Shows_its_messages_to_those_who_hear_of_the_start()
    {
        using var trace = new TraceReading();

        await NewDispatcher().SendAsync(new Place("first"));

        Assert.That(trace.Messages, Is.EqualTo(new object[] { new Place("first"), new OrderPlaced("first") }));
    }

    [Test]
    public void Marks_what_failed_in_the_trace()
    {
        using var trace = new TraceReading();
        var dispatcher = NewDispatcher();

        Assert.That(async () => await dispatcher.SendAsync(new Rename("nobody", "x")), Throws.InvalidOperationException);

        Assert.That(trace.Stopped, Is.EqualTo(new[] { "send TheDispatcher.Rename failed" }));
    }

    private sealed record Place(string Name) : ICommand;

    private sealed class PlaceHandler(ShopContext context) : ICommandHandler<Place>
    {
        public async ValueTask HandleAsync(Place command, CancellationToken cancellationToken)
        {
            context.Add(new Order(command.Name));
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    private sealed record Rename(string From, string To) : ICommand<string>;

    private sealed class RenameHandler(ShopContext context) : ICommandHandler<Rename, string>
    {
        public async ValueTask<string> HandleAsync(Rename command, CancellationToken cancellationToken)
        {
            var order = context.Orders.Single(order => order.Name == command.From);
            order.Rename(command.To);
            await context.SaveChangesAsync(cancellationToken);
            return order.Name;
        }
    }

    private sealed record Count : IQuery<int>;

    private sealed class CountHandler(ShopContext context) : IQueryHandler<Count, int>
    {
        public ValueTask<int> HandleAsync(Count query, CancellationToken cancellationToken) => new(context.Orders.Count());
    }

    private sealed record Unheard : ICommand;

    private sealed record UnheardCommand : ICommand<List<string>>;

    private sealed record UnheardQuery : IQuery<int>;

    private sealed record Listen : IQuery<CancellationToken>;

    private sealed class ListenHandler : IQueryHandler<Listen, CancellationToken>
    {
        public ValueTask<CancellationToken> HandleAsync(Listen query, CancellationToken cancellationToken) => new(cancellationToken);
    }

    private sealed record Announced : IEvent;
}

using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>What a handler knows of its message: from a request into its commands, from a command into its events, and on.</summary>
[TestFixture("AddDbContext")]
[TestFixture("AddDbContextPool")]
public sealed class TheContextOfAMessage(string registration) : ShopTest
{
    private readonly List<Link> _links = [];

    [SetUp]
    public void Listen() => Seen.WhenHandled = async (@event, services, cancellationToken) =>
    {
        _links.Add(Link.Of(@event, services.GetRequiredService<MessageContext>()));
        if (@event is OrderPlaced { Name: "first" })
        {
            await services.GetRequiredService<IDispatcher>().SendAsync(new Place("second"), cancellationToken);
        }
    };

    [Test]
    public async Task Links_a_request_with_all_that_it_causes()
    {
        await using var scope = Services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Place("first"));

        Assert.That(_links.Select(link => link.Message), Is.EqualTo(new IMessage[]
        {
            new Place("first"), new OrderPlaced("first"), new Place("second"), new OrderPlaced("second"),
        }));
        Assert.That(_links.Select(link => link.Correlation), Is.All.EqualTo(request.MessageId));
        Assert.That(_links.Select(link => link.Causation), Is.EqualTo(new[] { request.MessageId, _links[0].Id, _links[1].Id, _links[2].Id }));
        Assert.That(_links.Select(link => link.Depth), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(_links.Select(link => link.Id).Append(request.MessageId), Is.Unique);
        Assert.That(request.Depth, Is.Zero);
        Assert.That(request.CausationId, Is.Null);
    }

    [Test]
    public async Task Takes_items_along_to_all_that_is_caused_afterwards()
    {
        await using var scope = Services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();
        var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();
        await dispatcher.SendAsync(new Place("before"));
        request.Set(new User("Ada"));

        await dispatcher.SendAsync(new Place("first"));

        Assert.That(_links.Select(link => link.User), Is.EqualTo(new[] { null, null, "Ada", "Ada", "Ada", "Ada" }));
        Assert.That(request.Get<User>(), Is.EqualTo(new User("Ada")));
        Assert.That(request.Get<string>(), Is.Null);
    }

    [Test]
    public async Task Keeps_an_item_that_a_handler_sets_from_what_its_sender_causes_next()
    {
        await using var scope = Services.CreateAsyncScope();
        var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();

        await dispatcher.SendAsync(new Place("as Grace", Become: "Grace"));
        await dispatcher.SendAsync(new Place("as nobody"));

        Assert.That(_links.Select(link => link.User), Is.EqualTo(new[] { null, "Grace", null, null }));
    }

    [Test]
    public async Task Continues_a_chain_that_began_elsewhere()
    {
        var (correlation, causation) = (Guid.NewGuid(), Guid.NewGuid());
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<MessageContext>().Continue(correlation, causation);

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Place("first"));

        Assert.That(scope.ServiceProvider.GetRequiredService<MessageContext>().CausationId, Is.EqualTo(causation));
        Assert.That(_links.Select(link => link.Correlation), Is.All.EqualTo(correlation));
    }

    [Test]
    public async Task Is_that_of_the_sender_again_when_a_command_has_failed()
    {
        await using var scope = Services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();
        var id = request.MessageId;
        var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();

        Assert.That(async () => await dispatcher.SendAsync(new Fail()), Throws.InvalidOperationException);
        Assert.That(async () => await dispatcher.SendAsync(new Fail(Later: true)), Throws.InvalidOperationException);

        Assert.That(request.MessageId, Is.EqualTo(id));
        Assert.That(request.Depth, Is.Zero);
    }

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public async Task Is_that_of_the_sender_again_when_sends_side_by_side_have_ended(int endsFirst, int endsLast)
    {
        await using var scope = Services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();
        var dispatcher = scope.ServiceProvider.GetRequiredService<IDispatcher>();
        var ends = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var sends = Array.ConvertAll(ends, end => dispatcher.SendAsync(new Wait(end.Task)).AsTask());
        Assert.That(request.Depth, Is.EqualTo(2));

        ends[endsFirst].SetResult();
        await sends[endsFirst];
        ends[endsLast].SetResult();
        await sends[endsLast];

        Assert.That(request.Depth, Is.Zero);
    }

    [Test]
    public async Task Is_found_by_the_handlers_of_a_published_event()
    {
        await using var scope = Services.CreateAsyncScope();
        var request = scope.ServiceProvider.GetRequiredService<MessageContext>();

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().PublishAsync(new Announced());

        Assert.That(_links.Single().Causation, Is.EqualTo(request.MessageId));
        Assert.That(_links.Single().Depth, Is.EqualTo(1));
    }

    [Test]
    public async Task Has_the_same_event_id_in_each_handler_and_in_the_trace()
    {
        using var trace = new TraceReading();

        await NewDispatcher().SendAsync(new Place("once"));

        Assert.That(trace.MessageIds, Is.EqualTo(new[] { _links[1].Id }));
    }

    [Test]
    public void Works_without_a_dispatcher_in_a_unit_test()
    {
        var context = new MessageContext();
        context.Set(new User("Ada"));

        Assert.That(context.Get<User>(), Is.EqualTo(new User("Ada")));
        Assert.That(context.MessageId, Is.EqualTo(context.CorrelationId));
        Assert.That(() => context.Set<User>(null!), Throws.ArgumentNullException);
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<PlaceHandler>().AddHandler<FailHandler>().AddHandler<WaitHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        services.AddSingleton(_links);
        _ = registration == "AddDbContext"
            ? services.AddDbContext<ShopContext>(Configure)
            : services.AddDbContextPool<ShopContext>(Configure);
    }

    private sealed record User(string Name);

    private sealed record Announced : IEvent;

    private sealed record Place(string Name, string? Become = null) : ICommand;

    private sealed record Fail(bool Later = false) : ICommand;

    private sealed record Wait(Task End) : ICommand;

    private sealed class WaitHandler(MessageContext context) : ICommandHandler<Wait>
    {
        public MessageContext Context => context;

        public ValueTask HandleAsync(Wait command, CancellationToken cancellationToken) => new(command.End);
    }

    private sealed record Link(IMessage Message, Guid Id, Guid Correlation, Guid? Causation, int Depth, string? User)
    {
        public static Link Of(IMessage message, MessageContext context) =>
            new(message, context.MessageId, context.CorrelationId, context.CausationId, context.Depth, context.Get<User>()?.Name);
    }

    private sealed class PlaceHandler(ShopContext shop, MessageContext context, List<Link> links) : ICommandHandler<Place>
    {
        public async ValueTask HandleAsync(Place command, CancellationToken cancellationToken)
        {
            links.Add(Link.Of(command, context));
            if (command.Become is { } user)
            {
                context.Set(new User(user));
            }

            shop.Add(new Order(command.Name));
            await shop.SaveChangesAsync(cancellationToken);
        }
    }

    private sealed class FailHandler(MessageContext context) : ICommandHandler<Fail>
    {
        public MessageContext Context => context;

        public async ValueTask HandleAsync(Fail command, CancellationToken cancellationToken)
        {
            if (command.Later)
            {
                await Task.Yield();
            }

            throw new InvalidOperationException("not today");
        }
    }
}

using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>Several handlers of one message: each sees the message, and what it puts in goes to what it causes itself.</summary>
[TestFixture("AddDbContext")]
[TestFixture("AddDbContextPool")]
[TestFixture("AddDbContextFactory")]
public sealed class TheContextOfAHandler(string registration) : ShopTest
{
    private readonly Diary _diary = new();

    [Test]
    public async Task Keeps_what_one_handler_puts_in_from_the_others()
    {
        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(_diary.UserOf("Signing before"), Is.Null);
        Assert.That(_diary.UserOf("Looking"), Is.Null);
        Assert.That(_diary.IdOf("Looking"), Is.EqualTo(_diary.IdOf("Signing before")));
    }

    [Test]
    public async Task Takes_what_a_handler_puts_in_to_all_that_the_handler_causes()
    {
        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(_diary.UserOf("saved by Signing"), Is.EqualTo("Signing"));
        Assert.That(_diary.UserOf("sent by Signing"), Is.EqualTo("Signing"));
        Assert.That(_diary.UserOf("sent by Looking"), Is.Null);
    }

    [Test]
    public async Task Has_room_for_each_of_the_handlers_that_run_side_by_side()
    {
        await NewDispatcher().PublishAsync(new Met());

        Assert.That(_diary.UserOf("Ada"), Is.EqualTo("Ada"));
        Assert.That(_diary.UserOf("Grace"), Is.EqualTo("Grace"));
    }

    [Test]
    public async Task Makes_the_event_the_cause_of_what_its_handler_saves()
    {
        await NewDispatcher().SendAsync(new Place("first"));

        Assert.That(_diary.CauseOf("placed first"), Is.EqualTo(_diary.IdOf("Place first")));
        Assert.That(_diary.CauseOf("placed second"), Is.EqualTo(_diary.IdOf("placed first")));
    }

    [Test]
    public async Task Makes_a_command_the_cause_of_what_it_saves_within_the_handler_of_an_event()
    {
        await NewDispatcher().PublishAsync(new Announced());

        Assert.That(_diary.CauseOf("placed sent by Looking"), Is.EqualTo(_diary.IdOf("Place sent by Looking")));
    }

    [Test]
    public async Task Is_that_of_the_saver_in_a_handler_before_the_commit()
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<MessageContext>().Set(new User("Ada"));

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Place("first"));

        Assert.That(_diary.IdOf("before first"), Is.EqualTo(_diary.IdOf("Place first")));
        Assert.That(_diary.CauseOf("before first"), Is.EqualTo(scope.ServiceProvider.GetRequiredService<MessageContext>().MessageId));
        Assert.That(_diary.UserOf("before first"), Is.EqualTo("Ada"));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise
        .AddHandler<PlaceHandler>().AddHandler<Signing>().AddHandler<Looking>().AddHandler<MeetAda>().AddHandler<MeetGrace>().AddHandler<Before>().AddHandler<Placed>()
        .HandleConcurrently<Met>();

    protected override void AddContext(IServiceCollection services)
    {
        services.AddSingleton(_diary);
        _ = registration switch
        {
            "AddDbContext" => services.AddDbContext<ShopContext>(Configure),
            "AddDbContextPool" => services.AddDbContextPool<ShopContext>(Configure),
            _ => services.AddDbContextFactory<ShopContext>(Configure),
        };
    }

    private sealed record User(string Name);

    private sealed record Announced : IEvent;

    private sealed record Met : IEvent;

    private sealed record Place(string Name) : ICommand;

    /// <summary>What the contexts said, each time somebody asked.</summary>
    private sealed class Diary
    {
        private readonly Dictionary<string, (Guid Id, Guid? Cause, string? User)> _entries = [];
        private readonly TaskCompletionSource _bothAreHere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public void Write(string entry, MessageContext context)
        {
            lock (_entries)
            {
                _entries.Add(entry, (context.MessageId, context.CausationId, context.Get<User>()?.Name));
            }
        }

        public Guid IdOf(string entry) => _entries[entry].Id;

        public Guid? CauseOf(string entry) => _entries[entry].Cause;

        public string? UserOf(string entry) => _entries[entry].User;

        public Task MeetAsync()
        {
            if (Interlocked.Increment(ref _arrived) == 2)
            {
                _bothAreHere.SetResult();
            }

            return _bothAreHere.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private sealed class PlaceHandler(ShopContext shop, MessageContext context, Diary diary) : ICommandHandler<Place>
    {
        public async ValueTask HandleAsync(Place command, CancellationToken cancellationToken)
        {
            diary.Write($"Place {command.Name}", context);
            shop.Add(new Order(command.Name));
            await shop.SaveChangesAsync(cancellationToken);
        }
    }

    [HandlerOrder(1)]
    private sealed class Signing(ShopContext shop, IDispatcher dispatcher, MessageContext context, Diary diary) : IEventHandler<Announced>
    {
        public async ValueTask HandleAsync(Announced @event, CancellationToken cancellationToken)
        {
            diary.Write("Signing before", context);
            await SignAsync();
            shop.Add(new Order("saved by Signing"));
            await shop.SaveChangesAsync(cancellationToken);
            await dispatcher.SendAsync(new Place("sent by Signing"), cancellationToken);
        }

        private async Task SignAsync()
        {
            await Task.Yield();
            context.Set(new User("Signing"));
        }
    }

    [HandlerOrder(2)]
    private sealed class Looking(IDispatcher dispatcher, MessageContext context, Diary diary) : IEventHandler<Announced>
    {
        public async ValueTask HandleAsync(Announced @event, CancellationToken cancellationToken)
        {
            diary.Write("Looking", context);
            await dispatcher.SendAsync(new Place("sent by Looking"), cancellationToken);
        }
    }

    private abstract class Meeting(string name, MessageContext context, Diary diary) : IEventHandler<Met>
    {
        public async ValueTask HandleAsync(Met @event, CancellationToken cancellationToken)
        {
            context.Set(new User(name));
            await diary.MeetAsync();
            diary.Write(name, context);
        }
    }

    private sealed class MeetAda(MessageContext context, Diary diary) : Meeting("Ada", context, diary);

    private sealed class MeetGrace(MessageContext context, Diary diary) : Meeting("Grace", context, diary);

    private sealed class Before(MessageContext context, Diary diary) : IBeforeCommitHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken)
        {
            diary.Write($"before {@event.Name}", context);
            return default;
        }
    }

    private sealed class Placed(ShopContext shop, MessageContext context, Diary diary) : IEventHandler<OrderPlaced>
    {
        public async ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken)
        {
            diary.Write($"placed {@event.Name}", context);
            diary.Write(@event.Name, context);
            if (@event.Name == "first")
            {
                shop.Add(new Order("second"));
                await shop.SaveChangesAsync(cancellationToken);
            }
        }
    }
}

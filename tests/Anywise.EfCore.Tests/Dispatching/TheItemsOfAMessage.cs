using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>They travel with what a handler causes after it has set them, and with nothing else.</summary>
[TestFixture("AddDbContext")]
[TestFixture("AddDbContextPool")]
public sealed class TheItemsOfAMessage(string registration) : ShopTest
{
    private readonly List<string?> _seen = [];

    [SetUp]
    public void Listen() => Seen.WhenHandled = (_, services, _) =>
    {
        _seen.Add(services.GetRequiredService<MessageContext>().Get<User>()?.Name);
        return default;
    };

    [Test]
    public async Task Are_for_an_event_those_of_its_save_when_its_transaction_commits_later()
    {
        await NewDispatcher().SendAsync(new PlaceInTransaction());

        Assert.That(_seen, Is.EqualTo(new[] { "at the save" }));
    }

    [Test]
    public async Task Are_for_an_event_those_of_its_save_when_another_event_is_still_being_handled()
    {
        await NewDispatcher().PublishAsync(new Ordered());

        Assert.That(_seen, Is.EqualTo(new[] { null, "at the save" }));
    }

    [Test]
    public async Task Are_for_each_attempt_those_of_the_sender()
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<MessageContext>().Set(new User("the sender"));

        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new PlaceAtLast());

        Assert.That(_seen, Is.EqualTo(new[] { "the sender", "the sender", "attempt 2" }));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<Placing>();

    protected override void AddContext(IServiceCollection services)
    {
        services.AddSingleton(_seen);
        _ = registration == "AddDbContext"
            ? services.AddDbContext<ShopContext>(Configure)
            : services.AddDbContextPool<ShopContext>(Configure);
    }

    private sealed record User(string Name);

    private sealed record PlaceInTransaction : ICommand;

    [RetryOnConflict(2)]
    private sealed record PlaceAtLast : ICommand;

    private sealed record Ordered : IEvent;

    private sealed class Placing(ShopContext shop, MessageContext context, List<string?> seen)
        : ICommandHandler<PlaceInTransaction>, ICommandHandler<PlaceAtLast>, IEventHandler<Ordered>
    {
        public async ValueTask HandleAsync(PlaceInTransaction command, CancellationToken cancellationToken)
        {
            await using var transaction = await shop.Database.BeginTransactionAsync(cancellationToken);
            await PlaceAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        public ValueTask HandleAsync(Ordered @event, CancellationToken cancellationToken) => PlaceAsync(cancellationToken);

        public async ValueTask HandleAsync(PlaceAtLast command, CancellationToken cancellationToken)
        {
            seen.Add(context.Get<User>()?.Name);
            context.Set(new User($"attempt {seen.Count}"));
            if (seen.Count == 1)
            {
                throw new DbUpdateConcurrencyException("Somebody was faster.");
            }

            shop.Add(new Order("at last"));
            await shop.SaveChangesAsync(cancellationToken);
        }

        private async ValueTask PlaceAsync(CancellationToken cancellationToken)
        {
            context.Set(new User("at the save"));
            shop.Add(new Order("first"));
            await shop.SaveChangesAsync(cancellationToken);
            context.Set(new User("after the save"));
        }
    }
}

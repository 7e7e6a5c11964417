using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Dispatching;

/// <summary>Somebody else changes the same order while the command is handled.</summary>
public abstract class ACommandThatMeetsAConflictContract : ShopTest
{
    private readonly Rival _rival = new();

    [Test]
    public async Task Is_tried_again_in_a_new_scope_until_it_succeeds()
    {
        await StoreAsync("first");
        _rival.Remaining = 2;

        await NewDispatcher().SendAsync(new Rename("mine"));

        Assert.That(_rival.Attempts, Is.EqualTo(3));
        Assert.That(_rival.Scopes, Is.Unique);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "mine" }));
        Assert.That(Seen.Events, Has.Exactly(1).EqualTo(new OrderRenamed("stolen 2", "mine")));
    }

    [Test]
    public async Task Is_given_up_after_the_stated_number_of_attempts()
    {
        await StoreAsync("first");
        _rival.Remaining = 99;

        Assert.That(async () => await NewDispatcher().SendAsync(new Rename("mine")), Throws.TypeOf<DbUpdateConcurrencyException>());

        Assert.That(_rival.Attempts, Is.EqualTo(3));
        Assert.That(Seen.Events.OfType<OrderRenamed>().Where(renamed => renamed.To == "mine"), Is.Empty);
    }

    [Test]
    public async Task Is_one_message_however_often_it_is_tried()
    {
        await StoreAsync("first");
        _rival.Remaining = 1;

        await NewDispatcher().SendAsync(new Rename("mine"));

        Assert.That(_rival.Messages, Has.Count.EqualTo(2));
        Assert.That(_rival.Messages.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Is_tried_once_when_it_does_not_opt_in()
    {
        await StoreAsync("first");
        _rival.Remaining = 1;

        Assert.That(async () => await NewDispatcher().SendAsync(new RenameOnce("mine")), Throws.TypeOf<DbUpdateConcurrencyException>());
        Assert.That(_rival.Attempts, Is.EqualTo(1));
    }

    [Test]
    public void Is_tried_once_when_it_fails_for_another_reason()
    {
        Assert.That(async () => await NewDispatcher().SendAsync(new Rename("nobody is there")), Throws.InvalidOperationException);
        Assert.That(_rival.Attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task Is_refused_when_the_sender_has_a_transaction_open()
    {
        await StoreAsync("first");
        await using var scope = Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.BeginTransactionAsync();

        Assert.That(
            async () => await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Rename("mine")),
            Throws.InvalidOperationException.With.Message.Contains("'ACommandThatMeetsAConflictContract.Rename' is tried again").And.Message.Contains("Commit the transaction first"));
        Assert.That(_rival.Attempts, Is.Zero);
    }

    [Test]
    public async Task Waits_between_attempts_and_stops_waiting_when_it_is_cancelled()
    {
        await StoreAsync("first");
        _rival.Remaining = 99;
        using var cancellation = new CancellationTokenSource();
        await using var services = Build(services => services.AddSingleton<TimeProvider>(new FakeTimeProvider())); // stands still
        await using var scope = services.CreateAsyncScope();
        var sending = scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(new Rename("mine"), cancellation.Token).AsTask();
        Assert.That(() => _rival.Attempts, Is.EqualTo(1).After(10_000, 5));

        await cancellation.CancelAsync();

        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_rival.Attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task May_name_other_conflicts_than_those_of_EF_Core()
    {
        await StoreAsync("first");
        var builder = Services.GetRequiredService<AnywiseBuilder>();
        builder.IsConflict = failure => failure is InvalidOperationException;

        Assert.That(async () => await NewDispatcher().SendAsync(new Rename("mine", Order: "nobody")), Throws.InvalidOperationException);

        Assert.That(_rival.Attempts, Is.EqualTo(3));
    }

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<RenameHandler>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_rival);
    }

    private async Task StoreAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await context.SaveChangesAsync();
    }

    [RetryOnConflict]
    private sealed record Rename(string To, string? Order = null) : ICommand;

    private sealed record RenameOnce(string To) : ICommand;

    private sealed class RenameHandler(ShopContext context, MessageContext message, Rival rival, IServiceScopeFactory scopes)
        : ICommandHandler<Rename>, ICommandHandler<RenameOnce>
    {
        public ValueTask HandleAsync(Rename command, CancellationToken cancellationToken) => RenameAsync(command.To, command.Order, cancellationToken);

        public ValueTask HandleAsync(RenameOnce command, CancellationToken cancellationToken) => RenameAsync(command.To, null, cancellationToken);

        private async ValueTask RenameAsync(string name, string? which, CancellationToken cancellationToken)
        {
            rival.Attempts++;
            rival.Messages.Add(message.MessageId);
            rival.Scopes.Add(context);
            var order = await context.Orders.SingleAsync(order => which == null || order.Name == which, cancellationToken);
            await rival.StealAsync(scopes);
            order.Rename(name);
            await context.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Renames the order just before the command does.</summary>
    private sealed class Rival
    {
        private int _stolen;

        public int Remaining { get; set; }

        public int Attempts { get; set; }

        public List<Guid> Messages { get; } = [];

        public List<ShopContext> Scopes { get; } = [];

        public async Task StealAsync(IServiceScopeFactory scopes)
        {
            if (Remaining-- > 0)
            {
                await using var scope = scopes.CreateAsyncScope();
                var other = scope.ServiceProvider.GetRequiredService<ShopContext>();
                (await other.Orders.SingleAsync()).Rename($"stolen {++_stolen}");
                await other.SaveChangesAsync();
            }
        }
    }
}

public sealed class ACommandThatMeetsAConflictOnSqlite : ACommandThatMeetsAConflictContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ACommandThatMeetsAConflictOnPostgres : ACommandThatMeetsAConflictContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

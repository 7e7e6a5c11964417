using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework.Constraints;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>When an order is placed, a handler inside the save reads and changes the ticket.</summary>
public abstract class ARepositoryInABeforeCommitHandlerContract : ShopTest
{
    private readonly Desk _desk = new();

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<ChangesTheTicket>();

    protected override void AddContext(IServiceCollection services)
    {
        base.AddContext(services);
        services.AddSingleton(_desk);
    }

    [SetUp]
    public async Task StoreTicket()
    {
        await using var context = NewContext();
        var ticket = context.Add(new Ticket("open")).Entity;
        await context.SaveChangesAsync();
        _desk.TicketId = ticket.Id;
    }

    [Test]
    public async Task Gets_and_finds_what_the_same_save_then_writes()
    {
        _desk.Change = async (tickets, id) =>
        {
            var ticket = await tickets.GetAsync(id);
            var found = await tickets.FindAsync(new(one => one.Title == "open"));
            Assert.That(found, Is.EqualTo(new[] { ticket }));
            ticket!.Title = "changed";
        };
        var context = NewContext();
        context.Add(new Order("first"));

        await context.SaveChangesAsync();

        Assert.That(NewContext().Tickets.Single().Title, Is.EqualTo("changed"));
    }

    [Test]
    public void Gets_what_is_tracked_also_in_a_synchronous_save()
    {
        _desk.Change = async (tickets, id) => (await tickets.GetAsync(id))!.Title = "changed";
        var context = NewContext();
        context.Tickets.Load();
        context.Add(new Order("first"));

        context.SaveChanges();

        Assert.That(NewContext().Tickets.Single().Title, Is.EqualTo("changed"));
    }

    [TestCase(Calls.Sync)]
    [TestCase(Calls.Async)]
    public async Task Refuses_everything_when_the_handlers_are_done(Calls calls)
    {
        IRepository<Ticket, int> kept = null!;
        _desk.Change = (tickets, _) =>
        {
            kept = tickets;
            return default;
        };
        var context = NewContext();
        var ticket = await context.Tickets.SingleAsync();
        context.Add(new Order("first"));
        await calls.SaveAsync(context);

        Assert.That(async () => await kept.GetAsync(_desk.TicketId), IsRefused);
        Assert.That(async () => await kept.FindAsync(new(one => true)), IsRefused);
        Assert.That(() => kept.Add(new Ticket("other")), IsRefused);
        Assert.That(() => kept.Remove(ticket), IsRefused);
        Assert.That(context.ChangeTracker.HasChanges(), Is.False);
    }

    private static IResolveConstraint IsRefused => Throws.InvalidOperationException.With.Message.Contains("'ShopContext' does not wait for this before-commit handler");

    private sealed class Desk
    {
        public int TicketId { get; set; }

        public Func<IRepository<Ticket, int>, int, ValueTask> Change { get; set; } = static (_, _) => default;
    }

    private sealed class ChangesTheTicket(Desk desk) : IBeforeCommitHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, IUnitOfWork unitOfWork, CancellationToken cancellationToken) =>
            desk.Change(unitOfWork.GetRepository<Ticket, int>(), desk.TicketId);
    }
}

public sealed class ARepositoryInABeforeCommitHandlerOnSqlite : ARepositoryInABeforeCommitHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class ARepositoryInABeforeCommitHandlerOnPostgres : ARepositoryInABeforeCommitHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

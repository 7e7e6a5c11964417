using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>What is tried again: by EF Core's execution strategy, or by an application that keeps its changes until a commit is certain.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class RepeatedSaveContract(Calls calls) : ShopTest
{
    private readonly Faults _faults = new();
    private readonly UsersInterceptor _savedHook = new();

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>();
            options.AddInterceptors(_faults, _savedHook);
        });

    [Test]
    [Row("i1", "a retrying strategy, a command of the first attempt fails", EfCore = "SaS Tx+ cmd cmdFail ~disp Tx+ cmd C ~disp H SaD", Stored = "first, second")]
    public async Task Delivers_once_what_the_execution_strategy_saved_in_its_second_attempt()
    {
        var context = NewContext();
        context.AddRange(new Order("first"), new Order("second"));
        _faults.Remaining = 1;

        await calls.SaveAsync(context);

        Assert.That(_faults.Remaining, Is.Zero);
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "second" }));
        await AssertRowAsync();
    }

    [Test]
    [Row("i4", "a retrying strategy runs a transaction of the application, the first attempt fails after its save", EfCore = "Tx+ SaS sp+ cmd sp- SaD ~disp Tx+ SaS sp+ cmd sp- SaD C H ~disp", Stored = "first")]
    public async Task Delivers_once_what_a_transaction_inside_the_strategy_committed_in_its_second_attempt()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        var attempts = 0;

        await InStrategyAsync(context, async () =>
        {
            await using var transaction = await calls.BeginAsync(context);
            await calls.SaveAsync(context, acceptAllChanges: false);
            if (++attempts == 1)
            {
                throw new TransientException();
            }

            await calls.CommitAsync(transaction);
        });
        context.ChangeTracker.AcceptAllChanges();

        Assert.That(attempts, Is.EqualTo(2));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(order.DomainEvents, Is.Empty);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        await AssertRowAsync();
    }

    [Test]
    public async Task Delivers_once_what_ExecuteInTransaction_committed_in_its_second_attempt()
    {
        var context = NewContext();
        context.Add(new Order("first"));
        var attempts = 0;

        await context.Database.CreateExecutionStrategy().ExecuteInTransactionAsync(
            async _ =>
            {
                await calls.SaveAsync(context, acceptAllChanges: false);
                if (++attempts == 1)
                {
                    throw new TransientException();
                }
            },
            _ => Task.FromResult(false));
        context.ChangeTracker.AcceptAllChanges();

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Returns_the_events_of_a_save_that_keeps_its_changes_when_it_is_rolled_back()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        await InStrategyAsync(context, async () =>
        {
            await using var transaction = await calls.BeginAsync(context);
            await calls.SaveAsync(context, acceptAllChanges: false);
            Assert.That(order.DomainEvents, Is.Empty);
        });

        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Returns_the_events_of_a_save_that_keeps_its_changes_although_another_save_ran_at_its_end()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        _savedHook.WhenSaved = () =>
        {
            _savedHook.WhenSaved = static () => { };
            context.Entry(order).State = EntityState.Unchanged;
            order.Say(new OrderRenamed("at", "the end"));
            context.SaveChanges();
            context.Entry(order).State = EntityState.Added;
        };
        await InStrategyAsync(context, async () =>
        {
            await using var transaction = await calls.BeginAsync(context);
            await calls.SaveAsync(context, acceptAllChanges: false);
        });

        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Returns_the_events_of_a_save_that_keeps_its_changes_when_its_savepoint_is_rolled_back_to()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);

        await InStrategyAsync(context, async () =>
        {
            await using var transaction = await calls.BeginAsync(context);
            await calls.CreateSavepointAsync(transaction, "before");
            await calls.SaveAsync(context, acceptAllChanges: false);
            order.Say(new OrderRenamed("since", "then"));
            await calls.RollbackToAsync(transaction, "before");
            Assert.That(order.DomainEvents, Is.EqualTo(new Domain.IDomainEvent[] { new OrderPlaced("first"), new OrderRenamed("since", "then") }));
            await calls.SaveAsync(context);
            await calls.CommitAsync(transaction);
        });

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderRenamed("since", "then") }));
    }

    [Test]
    public async Task Drops_the_events_of_a_save_that_accepted_its_changes_when_it_is_rolled_back()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);
        await InStrategyAsync(context, async () =>
        {
            await using var transaction = await calls.BeginAsync(context);
            await calls.SaveAsync(context);
        });

        Assert.That(order.DomainEvents, Is.Empty);
        Assert.That(Seen.Events, Is.Empty);
    }

    [Test]
    public async Task Delivers_the_events_of_a_save_that_keeps_its_changes_without_a_transaction()
    {
        var context = NewContext();
        var order = new Order("first");
        context.Add(order);

        await calls.SaveAsync(context, acceptAllChanges: false);

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
        Assert.That(order.DomainEvents, Is.Empty);
    }

    [TestCase(AutoTransactionBehavior.Never)]
    [TestCase(AutoTransactionBehavior.Always)]
    [TestCase(AutoTransactionBehavior.WhenNeeded)]
    public async Task Delivers_whenever_EF_Core_begins_transactions_by_itself(AutoTransactionBehavior behavior)
    {
        var context = NewContext();
        context.Database.AutoTransactionBehavior = behavior;
        context.AddRange(new Order("first"), new Order("second"));
        await calls.SaveAsync(context);
        context.Orders.Local.First().Say(new OrderRenamed("nothing", "changed"));

        await calls.SaveAsync(context);

        Assert.That(Seen.Events, Is.EqualTo(new Domain.IEvent[] { new OrderPlaced("first"), new OrderPlaced("second"), new OrderRenamed("nothing", "changed") }));
    }

    /// <summary>A strategy that retries wants to have the whole of a transaction in its hands.</summary>
    private static Task InStrategyAsync(ShopContext context, Func<Task> work) => context.Database.CreateExecutionStrategy().ExecuteAsync(work);

    /// <summary>Fails the next commands, before they reach the database.</summary>
    private sealed class Faults : DbCommandInterceptor
    {
        public int Remaining { get; set; }

        public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            if (Remaining > 0 && eventData.CommandSource == CommandSource.SaveChanges)
            {
                Remaining--;
                throw new TransientException();
            }

            return result;
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            new(ReaderExecuting(command, eventData, result));
    }
}

public sealed class RepeatedSaveOnSqlite(Calls calls) : RepeatedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class RepeatedSaveOnPostgres(Calls calls) : RepeatedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using System.Data.Common;
using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

public abstract class AUnitOfWorkUnderARetryingStrategyContract : ShopTest
{
    private readonly FailsOnce _database = new();

    protected override void AddInterceptors(DbContextOptionsBuilder options) =>
        options.ReplaceService<IExecutionStrategyFactory, RetryingStrategyFactory>().AddInterceptors(_database);

    [Test]
    public async Task Refuses_a_savepoint_that_nobody_would_repeat_and_leaves_nothing_open()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));

        Assert.That(async () => await unitOfWork.CreateSavepointAsync("one"), Throws.InvalidOperationException.With.Message.Contains(nameof(RetryingStrategy)));

        Assert.That(unitOfWork.GetContext<ShopContext>().Database.CurrentTransaction, Is.Null);
        Assert.That(await StoredOrdersAsync(), Is.Empty);
        Assert.That(async () => await unitOfWork.RollbackToSavepointAsync("one"), Throws.InvalidOperationException.With.Message.Contains("no savepoint 'one'"));
        await unitOfWork.CommitAsync();
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    [Test]
    public async Task Is_committed_once_when_the_strategy_repeats_all_of_it_with_its_savepoints()
    {
        var attempts = 0;
        var strategy = NewUnitOfWork().GetContext<ShopContext>().Database.CreateExecutionStrategy();

        await strategy.ExecuteAsync(async () =>
        {
            await using var scope = Services.CreateAsyncScope();
            var unitOfWork = scope.ServiceProvider.GetRequiredService<IUnitOfWork>();
            unitOfWork.Add(new Order("first"));
            await unitOfWork.CreateSavepointAsync("one");
            unitOfWork.Add(new Order("second"));
            await unitOfWork.RollbackToSavepointAsync("one");
            unitOfWork.Add(new Order("third"));
            _database.Fails = ++attempts == 1;
            await unitOfWork.CommitAsync();
        });

        Assert.That(attempts, Is.EqualTo(2));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first", "third" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("third") }));
    }

    [Test]
    public async Task Commits_once_when_its_own_save_is_repeated()
    {
        var unitOfWork = NewUnitOfWork();
        unitOfWork.Add(new Order("first"));
        _database.Fails = true;

        await unitOfWork.CommitAsync();

        Assert.That(_database.Fails, Is.False);
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(new[] { "first" }));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    private IUnitOfWork NewUnitOfWork() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<IUnitOfWork>();

    private sealed class FailsOnce : DbCommandInterceptor
    {
        public bool Fails { get; set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            if (Fails)
            {
                Fails = false;
                throw new TransientException();
            }

            return new(result);
        }
    }
}

public sealed class AUnitOfWorkUnderARetryingStrategyOnSqlite : AUnitOfWorkUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AUnitOfWorkUnderARetryingStrategyOnPostgres : AUnitOfWorkUnderARetryingStrategyContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

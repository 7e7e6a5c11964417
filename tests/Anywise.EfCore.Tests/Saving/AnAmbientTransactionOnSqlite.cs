using System.Transactions;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>A TransactionScope around saves. SQLite takes no part in one, so this shows when events are delivered, not that rows go with them.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AnAmbientTransactionOnSqlite(Calls calls) : ShopTest
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();

    protected override void AddContext(IServiceCollection services) =>
        services.AddDbContext<ShopContext>(options =>
        {
            Configure(options);
            options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.AmbientTransactionWarning));
        });

    [Test]
    public async Task Delivers_nothing_until_the_scope_is_completed_and_disposed()
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await SaveOrderAsync("first");
            await SaveOrderAsync("second");
            scope.Complete();
            Assert.That(Seen.Events, Is.Empty);
        }

        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first"), new OrderPlaced("second") }));
    }

    [Test]
    [Row("g4", "a `TransactionScope` that is not completed, with the warning of EF Core ignored", EfCore = "SaS cmd SaD", Stored = "first", Seen = "")]
    public async Task Delivers_nothing_when_the_scope_is_not_completed()
    {
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await SaveOrderAsync("first");
        }

        Assert.That(Seen.Events, Is.Empty);
        await AssertRowAsync();
    }

    private async Task SaveOrderAsync(string name)
    {
        var context = NewContext();
        context.Add(new Order(name));
        await calls.SaveAsync(context);
    }
}

using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>EF Core's provider for tests, which has no transactions.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public sealed class AnInMemoryDatabase(Calls calls) : RowTest(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new InMemory());

    /// <summary>It has no tables.</summary>
    protected override Task CreateAsync(ShopContext context) => Task.CompletedTask;

    [Test]
    public void Can_be_created_as_others_can() =>
        Assert.That(() => Calls.Of(() => NewContext().Database.EnsureCreated(), () => NewContext().Database.EnsureCreatedAsync()), Throws.Nothing);

    [Test]
    [Row("X7", "InMemory: a save", EfCore = "SaS H SaD", Stored = "1")]
    public async Task Delivers_when_the_save_is_done()
    {
        await AddAsync(NewContext(), "1");

        await AssertRowAsync();
    }

    [Test]
    [Row("X7", "InMemory: `BeginTransaction` with its warning ignored, a save, `Rollback`", EfCore = "SaS H SaD", Stored = "1")]
    public async Task Delivers_at_once_since_no_transaction_can_undo_it()
    {
        var context = NewContext();
        await using var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");

        await Calls.RollbackAsync(transaction);

        Assert.That(context.Database.CurrentTransaction, Is.Null);
        await AssertRowAsync();
    }

    private sealed class InMemory : TestDatabase
    {
        private readonly string _name = TestContext.CurrentContext.Test.ID;

        protected override void UseProvider(DbContextOptionsBuilder options) => options
            .UseInMemoryDatabase(_name)
            .ConfigureWarnings(warnings => warnings.Ignore(InMemoryEventId.TransactionIgnoredWarning));

        public override ValueTask DisposeAsync() => default;
    }
}

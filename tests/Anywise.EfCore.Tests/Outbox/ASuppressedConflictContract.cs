using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>An interceptor lets a save succeed that could not write all rows. The events of those are in the row of the outbox all the same.</summary>
public abstract class ASuppressedConflictContract : OutboxTest
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Tells_nobody_of_what_was_not_written(bool withAnother)
    {
        var context = NewContext();
        var stale = new Order("first");
        context.Add(stale);
        await context.SaveChangesAsync();
        await NewContext().Orders.ExecuteUpdateAsync(order => order.SetProperty(one => one.Revision, 7));
        Seen.Clear();
        stale.Rename("renamed");
        if (withAnother)
        {
            context.Add(new Order("other"));
        }

        await context.SaveChangesAsync();

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(withAnother ? new[] { new OrderPlaced("other") } : []));
        Assert.That(await StoredOrdersAsync(), Is.EqualTo(withAnother ? new[] { "first", "other" } : ["first"]));
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 8 }));
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(new Suppressing());

    private sealed class Suppressing : SaveChangesInterceptor
    {
        public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
            ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) => new(InterceptionResult.Suppress());
    }
}

public sealed class ASuppressedConflictOnSqlite : ASuppressedConflictContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ASuppressedConflictOnPostgres : ASuppressedConflictContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

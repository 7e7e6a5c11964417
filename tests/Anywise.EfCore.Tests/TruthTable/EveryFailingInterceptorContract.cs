using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of interceptors and handlers that throw when the rows are committed.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryFailingInterceptorContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("t8", "an interceptor throws in `SavedChanges`", EfCore = "SaS cmd H SaD SaF", Stored = "1")]
    public async Task Has_delivered_before_a_later_interceptor_throws_after_the_save()
    {
        EfCore.When("SaD", _ => throw new InvalidOperationException("interceptor"));
        var order = new Order("1");

        await AssertSaveThrowsAsync<InvalidOperationException>(order);

        Assert.That(order.DomainEvents, Is.Empty);
        await AssertRowAsync();
    }

    [Test]
    [Row("t8 t9", "a handler throws after an implicit transaction", EfCore = "SaS Tx+ cmd C ~disp H SaD", Stored = "1, 2")]
    public async Task Reports_the_failure_of_a_handler_and_not_one_of_the_save()
    {
        Seen.WhenHandled = (_, _, _) => throw new InvalidOperationException("handler");

        await AddAsync(NewContext(), "1", "2");

        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 1, 1 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("t9", "an interceptor throws in `TransactionCommitted` of an implicit transaction", EfCore = "SaS Tx+ cmd C TF(Commit) ~disp SaF", Stored = "1, 2", Seen = "")]
    public async Task Follows_EF_Core_which_says_that_the_save_failed_when_an_interceptor_throws_at_its_commit()
    {
        EfCore.When("C", _ => throw new InvalidOperationException("interceptor"));
        var (one, other) = (new Order("1"), new Order("2"));

        await AssertSaveThrowsAsync<InvalidOperationException>(one, other);

        Assert.That(one.DomainEvents.Concat(other.DomainEvents), Is.EqualTo(new[] { new OrderPlaced("1"), new OrderPlaced("2") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("t10", "an interceptor throws in `TransactionCommitted` of an explicit transaction", EfCore = "Tx+ SaS sp+ cmd sp- SaD C TF(Commit) H ~disp", Stored = "1")]
    public async Task Delivers_what_is_committed_although_an_interceptor_throws_at_the_commit()
    {
        EfCore.When("C", _ => throw new InvalidOperationException("interceptor"));
        var context = NewContext();
        var transaction = await Calls.BeginAsync(context);
        await AddAsync(context, "1");

        Assert.That(() => Calls.CommitAsync(transaction), Throws.InvalidOperationException.With.Message.EqualTo("interceptor"));

        await Calls.DisposeAsync(transaction);
        await AssertRowAsync();
    }

    [Test]
    [Row("t11", "an interceptor throws an `OperationCanceledException` in `SavedChanges`", EfCore = "SaS cmd H SaD SaC", Stored = "1")]
    public async Task Has_delivered_before_a_later_interceptor_claims_that_the_save_was_cancelled()
    {
        EfCore.When("SaD", _ => throw new OperationCanceledException());
        var order = new Order("1");

        await AssertSaveThrowsAsync<OperationCanceledException>(order);

        Assert.That(order.DomainEvents, Is.Empty);
        await AssertRowAsync();
    }

    private Task AssertSaveThrowsAsync<TException>(params Order[] orders) where TException : Exception
    {
        var context = NewContext();
        context.AddRange(orders);
        Assert.That(() => Calls.SaveAsync(context), Throws.InstanceOf<TException>());
        return Task.CompletedTask;
    }
}

public sealed class EveryFailingInterceptorOnSqlite(Calls calls) : EveryFailingInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryFailingInterceptorOnPostgres(Calls calls) : EveryFailingInterceptorContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

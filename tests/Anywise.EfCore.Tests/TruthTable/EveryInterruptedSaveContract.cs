using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>The rows of saves that conflict, are refused or are answered by somebody else.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class EveryInterruptedSaveContract(Calls calls) : RowTest(calls)
{
    [Test]
    [Row("j1", "the row was changed by somebody else", EfCore = "event SavingChanges SaS event DetectingAllChanges event DetectedAllChanges cmd conflict event SaveChangesFailed",
        Stored = "theirs")]
    public async Task Leaves_the_event_on_its_aggregate_although_no_interceptor_is_told_of_the_failure()
    {
        var (context, order) = await ConflictAsync();
        EfCore.ListenTo(context);

        Assert.That(() => Calls.SaveAsync(context), Throws.InstanceOf<DbUpdateConcurrencyException>());

        Assert.That(order.DomainEvents, Is.EqualTo(new[] { new OrderRenamed("1", "mine") }));
        await AssertRowAsync();
    }

    [Test]
    [Row("j2", "the row was changed by somebody else, and an interceptor suppresses the exception", EfCore = "SaS cmd conflict SaD",
        Stored = "theirs")]
    public async Task Warns_and_delivers_nothing_of_a_row_whose_conflict_was_suppressed()
    {
        var (context, order) = await ConflictAsync();
        EfCore.IgnoresConflicts = true;

        await Calls.SaveAsync(context);

        Assert.That(context.Entry(order).State, Is.EqualTo(EntityState.Unchanged));
        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 8 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("j3", "the same in a save that also inserts", EfCore = "SaS Tx+ cmd conflict cmd C ~disp H SaD", EfCoreOnPostgres = "SaS Tx+ cmd conflict C ~disp H SaD",
        Stored = "theirs, 2")]
    public async Task Warns_of_the_row_whose_conflict_was_suppressed_and_delivers_the_others()
    {
        var (context, _) = await ConflictAsync();
        EfCore.IgnoresConflicts = true;

        await AddAsync(context, "2");

        await AssertRowAsync();
    }

    [Test]
    [Row("j3", "the same for a row that is a part of an aggregate", EfCore = "SaS cmd conflict SaD", Stored = "1")]
    public async Task Warns_and_delivers_nothing_of_a_save_whose_suppressed_conflict_is_of_an_unknown_aggregate()
    {
        var (context, other) = (NewContext(), NewContext());
        var order = new Order("1");
        order.Lines.Add(new OrderLine { Text = "chair" });
        context.Add(order);
        await Calls.SaveAsync(context);
        await other.Set<OrderLine>().ExecuteDeleteAsync();
        EfCore.Forget();
        EfCore.IgnoresConflicts = true;

        order.Lines[0].Text = "table";
        order.Say(new OrderRenamed("1", "with a table"));
        await Calls.SaveAsync(context);

        Assert.That(LogEntries.WarningIds, Is.EqualTo(new[] { 8 }));
        await AssertRowAsync();
    }

    [Test]
    [Row("k1", "an interceptor throws in `SavingChanges`", EfCore = "SaS")]
    public async Task Leaves_the_event_on_its_aggregate_although_nobody_is_told_of_the_failure()
    {
        EfCore.When("SaS", _ => throw new InvalidOperationException("not today"));
        var context = NewContext();
        var order = new Order("1");
        context.Add(order);

        Assert.That(() => Calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("not today"));

        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    [Test]
    [Row("k1", "a subscriber of `DetectingAllChanges` throws, the save is repeated", EfCore = "SaS SaS cmd H SaD", Stored = "1")]
    public async Task Delivers_once_when_the_detection_of_changes_failed_before()
    {
        var context = NewContext();
        context.Add(new Order("1"));
        var fails = true;
        context.ChangeTracker.DetectingAllChanges += (_, _) => _ = fails ? throw new InvalidOperationException("not today") : 0;
        Assert.That(() => Calls.SaveAsync(context), Throws.InvalidOperationException.With.Message.EqualTo("not today"));
        fails = false;

        await Calls.SaveAsync(context);

        await AssertRowAsync();
    }

    [Test]
    [Row("n3 X8", "an interceptor suppresses the save with a result", EfCore = "SaS SaD")]
    public async Task Leaves_the_event_on_its_aggregate_when_the_save_did_not_reach_the_database()
    {
        EfCore.AnswerToSave = 42;
        var context = NewContext();
        var order = new Order("1");
        context.Add(order);

        Assert.That(await Calls.SaveAsync(context), Is.EqualTo(42));

        Assert.That(context.ChangeTracker.HasChanges(), Is.True);
        Assert.That(order.DomainEvents, Has.Count.EqualTo(1));
        await AssertRowAsync();
    }

    /// <summary>A context that wants to rename an order to 'mine', which somebody else has renamed to 'theirs'.</summary>
    private async Task<(ShopContext Context, Order Order)> ConflictAsync()
    {
        await GivenAsync("1");
        var (context, other) = (NewContext(), NewContext());
        var order = await context.Orders.SingleAsync();
        order.Rename("mine");
        (await other.Orders.SingleAsync()).Rename("theirs");
        await Calls.SaveAsync(other);
        EfCore.Forget();
        return (context, order);
    }
}

public sealed class EveryInterruptedSaveOnSqlite(Calls calls) : EveryInterruptedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class EveryInterruptedSaveOnPostgres(Calls calls) : EveryInterruptedSaveContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

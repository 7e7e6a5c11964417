using System.Text.Json;
using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The event and its handler are closed generic types, whose full names contain the versions of assemblies.</summary>
public abstract class AGenericEventContract : OutboxTest
{
    private const string Here = "Anywise.EfCore.Tests.Outbox.AGenericEventContract+";
    private const string Support = "Anywise.EfCore.Tests.Support.";

    [Test]
    public async Task Is_stored_by_a_name_without_the_versions_of_assemblies()
    {
        await FailOnceAsync();

        var row = (await RowsAsync()).Single();
        Assert.That(row.Payload, Does.Contain(InJson($"{Here}Changed`1[{Support}Order]")).And.Not.Contain("Version="));
        Assert.That(row.Progress, Does.Contain(InJson($"{Here}ChangedHandler`1[{Support}Order]")).And.Not.Contain("Version="));
    }

    [Test]
    public async Task Is_found_by_the_full_names_of_another_version()
    {
        await FailOnceAsync();
        await RenameAsync("Payload", typeof(Changed<Order>));
        await RenameAsync("Progress", typeof(ChangedHandler<Order>));
        Assert.That((await RowsAsync()).Single().Payload, Does.Contain("Version=7.7.7.7"));

        await EndLeasesAsync();
        await StartRelayAsync();

        await EmptyAsync();
        Assert.That(Seen.Events.OfType<OrderRemoved>().Count(), Is.EqualTo(2));
    }

    [TestCase(typeof(Order), Support + "Order")]
    [TestCase(typeof(Order[]), Support + "Order[]")]
    [TestCase(typeof(Changed<>.Part), Here + "Changed`1+Part")]
    [TestCase(typeof(Changed<Order>.Part), Here + "Changed`1+Part[" + Support + "Order]")]
    [TestCase(typeof(Changed<Changed<Order[]>>), Here + "Changed`1[" + Here + "Changed`1[" + Support + "Order[]]]")]
    [TestCase(typeof(Pair<Changed<Order>, int>), Here + "Pair`2[" + Here + "Changed`1[" + Support + "Order],System.Int32]")]
    [TestCase(typeof(Pair<int, Pair<int, int>[]>), Here + "Pair`2[System.Int32," + Here + "Pair`2[System.Int32,System.Int32][]]")]
    public void Is_named_by_the_names_of_its_parts(Type type, string expected) => Assert.That(DurableName.Of(type.FullName!), Is.EqualTo(expected));

    protected override void AddHandlers(AnywiseBuilder anywise) => anywise.AddHandler<ChangedHandler<Order>>();

    protected override void ConfigureOutbox(OutboxOptions outbox) => outbox.RetryDelay = TimeSpan.FromMinutes(1);

    private async Task FailOnceAsync()
    {
        var context = NewContext();
        context.Enqueue(new Changed<Order>("first"));
        await context.SaveChangesAsync();
    }

    /// <summary>As a former version has stored it.</summary>
    private Task RenameAsync(string column, Type type) => ExecuteAsync(
        $"UPDATE \"AnywiseOutbox\" SET \"{column}\" = replace(\"{column}\", {{0}}, {{1}})",
        InJson(DurableName.Of(type.FullName!)),
        InJson(type.FullName!.Replace($"Version={type.Assembly.GetName().Version}", "Version=7.7.7.7", StringComparison.Ordinal)));

    private static string InJson(string name) => JsonEncodedText.Encode(name).ToString();

    internal sealed record Changed<T>(string Name) : IEvent
    {
        internal sealed record Part : IEvent;
    }

    internal sealed record Pair<T, TOther> : IEvent;

    internal sealed class ChangedHandler<T>(Seen seen) : IEventHandler<Changed<T>>
    {
        public ValueTask HandleAsync(Changed<T> @event, CancellationToken cancellationToken)
        {
            seen.Add(new OrderRemoved(@event.Name));
            return seen.Events.Count(one => one is OrderRemoved) == 1 ? throw new InvalidOperationException("once") : default;
        }
    }
}

public sealed class AGenericEventOnSqlite : AGenericEventContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AGenericEventOnPostgres : AGenericEventContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>A voyage carries a version, and is loaded whole.</summary>
[TestFixture(Calls.Sync)]
[TestFixture(Calls.Async)]
public abstract class AVersionedAggregateContract(Calls calls) : ShopTest
{
    private static readonly Dictionary<string, Action<Voyage>> Changes = new()
    {
        ["the root"] = static voyage => voyage.Name = "renamed",
        ["an owned value"] = static voyage => voyage.Ship = new Ship("Swallow"),
        ["a part that is added"] = static voyage => voyage.Add("Colchis"),
        ["a part that is changed"] = static voyage => voyage.Legs[0].Port = "Athens",
        ["a part that is removed"] = static voyage => voyage.Remove(voyage.Legs[1]),
        ["a part of a part that is added"] = static voyage => voyage.Legs[0].Cargo.Add(new Cargo { Text = "oil" }),
        ["a part of a part that is changed"] = static voyage => voyage.Legs[0].Cargo[0].Text = "water",
        ["a part of a part that is removed"] = static voyage => voyage.Legs[0].Cargo.Clear(),
        ["a declared part that is added"] = static voyage => voyage.Remarks.Add(new Remark { Text = "calm" }),
        ["a declared part that leaves"] = static voyage => voyage.Remarks.Clear(),
    };

    protected override void AddContext(IServiceCollection services) => services.AddDbContext<ShopContext, HarborContext>(Configure);

    [Test]
    public async Task Has_a_version_that_rises_by_one_whatever_changes_inside([ValueSource(nameof(NamesOfChanges))] string what)
    {
        var id = await StoreAsync();
        var (context, voyage) = await LoadAsync(id);
        Changes[what](voyage);

        await calls.SaveAsync(context);

        Assert.That(voyage.Version, Is.EqualTo(1));
        Assert.That(await VersionAsync(id), Is.EqualTo(1));
        Assert.That(await calls.SaveAsync(context), Is.Zero, "there is nothing left to save");
    }

    [Test]
    public async Task Has_a_version_that_rises_once_however_much_changes_in_a_save()
    {
        var id = await StoreAsync();
        var (context, voyage) = await LoadAsync(id);
        foreach (var change in Changes.Values)
        {
            change(voyage);
        }

        await calls.SaveAsync(context);
        voyage.Add("Corfu");
        await calls.SaveAsync(context);

        Assert.That(await VersionAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task Keeps_a_version_that_the_domain_has_raised_itself()
    {
        var id = await StoreAsync();
        var (context, voyage) = await LoadAsync(id);
        voyage.RaiseVersion();
        voyage.Add("Colchis");

        await calls.SaveAsync(context);

        Assert.That(await VersionAsync(id), Is.EqualTo(10));
    }

    [Test]
    public async Task Keeps_its_version_when_only_what_is_near_changes_or_an_event_is_raised()
    {
        var (id, other) = (await StoreAsync(), await StoreAsync());
        var (context, voyage) = await LoadAsync(id);
        voyage.Inspections.Add(new Inspection());
        voyage.Say(new OrderPlaced("said"));
        (await context.Voyages.SingleAsync(one => one.Id == other)).Name = "renamed";
        context.Add(new Order("shop"));

        await calls.SaveAsync(context);

        Assert.That((await VersionAsync(id), await VersionAsync(other)), Is.EqualTo((0, 1)));
        Assert.That(Seen.Events, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Raises_both_versions_when_a_part_moves_to_another_aggregate()
    {
        var (from, to) = (await StoreAsync(), await StoreAsync());
        var (context, left) = await LoadAsync(from);
        var entered = (await context.Voyages.Include(voyage => voyage.Legs).SingleAsync(voyage => voyage.Id == to));
        var leg = left.Legs[0];
        left.Remove(leg);
        entered.Take(leg);

        await calls.SaveAsync(context);

        Assert.That((await VersionAsync(from), await VersionAsync(to)), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Is_asked_for_when_a_part_is_changed_without_its_root()
    {
        var id = await StoreAsync();
        var context = NewHarbor();
        (await context.Set<Cargo>().SingleAsync()).Text = "water";
        context.Add(new Order("shop"));

        Assert.That(
            async () => await calls.SaveAsync(context),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "Nothing was saved, because a 'Cargo' is changed whose 'Leg' is not tracked, so that the version of its aggregate cannot rise. "
                + "Load the aggregate by its root, as 'IRepository' does, and change it through that."));
        Assert.That(await NewHarbor().Orders.AnyAsync(), Is.False);
        Assert.That(await VersionAsync(id), Is.Zero);
    }

    [Test]
    public async Task Can_be_removed_with_all_its_parts()
    {
        var (context, voyage) = await LoadAsync(await StoreAsync());
        context.Remove(voyage);

        await calls.SaveAsync(context);

        Assert.That(await NewHarbor().Voyages.AnyAsync(), Is.False);
    }

    [Test]
    public async Task Is_changed_by_one_of_two_that_change_different_parts_and_named_to_the_other()
    {
        var id = await StoreAsync();
        var (one, voyage) = await LoadAsync(id);
        var (other, stale) = await LoadAsync(id);
        voyage.Legs[0].Port = "Athens";
        voyage.Say(new OrderPlaced("one"));
        stale.Remarks.Add(new Remark { Text = "calm" });
        stale.Say(new OrderPlaced("other"));
        await calls.SaveAsync(one);

        var conflict = Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => calls.SaveAsync(other))!;

        Assert.That(conflict.Message, Is.EqualTo(
            $"Nothing was saved, because somebody else has changed or removed 'Voyage {id}' since it was loaded. Load it again and repeat what was to be done, "
            + "as a command with '[RetryOnConflict]' does by itself."));
        Assert.That(conflict.Entries.Select(entry => entry.Entity), Does.Contain(stale));
        Assert.That(await NewHarbor().Set<Remark>().CountAsync(), Is.EqualTo(1));
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("one") }));
    }

    [Test]
    public async Task Has_a_version_that_rises_once_when_a_save_that_failed_is_repeated()
    {
        var id = await StoreAsync();
        var (context, voyage) = await LoadAsync(id);
        voyage.Add("Colchis");
        var broken = context.Add(new Order("twin"));
        broken.Property(order => order.Name).CurrentValue = null!;
        Assert.That(async () => await calls.SaveAsync(context), Throws.InstanceOf<DbUpdateException>());

        broken.State = EntityState.Detached;
        await calls.SaveAsync(context);

        Assert.That((voyage.Version, await VersionAsync(id)), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Lets_the_last_one_win_who_takes_over_what_is_stored_as_the_documentation_of_EF_Core_shows()
    {
        var id = await StoreAsync();
        var (one, voyage) = await LoadAsync(id);
        var (other, stale) = await LoadAsync(id);
        voyage.Legs[0].Port = "Athens";
        stale.Legs[0].Port = "Sparta";
        await calls.SaveAsync(one);
        var conflict = Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => calls.SaveAsync(other))!;

        foreach (var entry in conflict.Entries)
        {
            entry.OriginalValues.SetValues((await entry.GetDatabaseValuesAsync())!);
        }

        await calls.SaveAsync(other);

        Assert.That(await VersionAsync(id), Is.EqualTo(2));
        Assert.That((await LoadAsync(id)).Voyage.Legs.Select(leg => leg.Port), Does.Contain("Sparta"));
    }

    [Test]
    public async Task Rises_from_what_a_client_has_sent_back()
    {
        var id = await StoreAsync();
        var sent = await NewHarbor().Voyages.AsNoTracking().SingleAsync();
        var context = NewHarbor();
        context.Update(sent);

        await calls.SaveAsync(context);

        Assert.That(await VersionAsync(id), Is.EqualTo(1));
    }

    protected async Task<VoyageId> StoreAsync()
    {
        var context = NewHarbor();
        var voyage = new Voyage("first") { Ship = new Ship("Argo") };
        voyage.Add("Iolcus", "wine");
        voyage.Add("Lemnos");
        voyage.Remarks.Add(new Remark { Text = "windy" });
        context.Add(voyage);
        await context.SaveChangesAsync();
        return voyage.Id;
    }

    private static string[] NamesOfChanges() => [.. Changes.Keys];

    private HarborContext NewHarbor() => Dispose(Services.CreateAsyncScope()).ServiceProvider.GetRequiredService<HarborContext>();

    private async Task<(HarborContext Context, Voyage Voyage)> LoadAsync(VoyageId id)
    {
        var scope = Dispose(Services.CreateAsyncScope()).ServiceProvider;
        var voyage = await scope.GetRequiredService<IRepository<Voyage, VoyageId>>().GetAsync(id);
        return (scope.GetRequiredService<HarborContext>(), voyage!);
    }

    private async Task<int> VersionAsync(VoyageId id) => (await NewHarbor().Voyages.AsNoTracking().SingleAsync(voyage => voyage.Id == id)).Version;
}

public sealed class AVersionedAggregateOnSqlite(Calls calls) : AVersionedAggregateContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class AVersionedAggregateOnPostgres(Calls calls) : AVersionedAggregateContract(calls)
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

using Anywise.Domain;

namespace Anywise.EfCore.Tests.UnitOfWork;

public abstract partial class AnyUnitOfWorkContract
{
    [Test]
    public async Task Gets_the_same_object_whenever_it_is_asked_for_an_identity()
    {
        var id = await StoreAsync("Argo");
        var voyages = VoyagesOf(NewUnitOfWork());

        var voyage = await voyages.GetAsync(id);

        Assert.That(voyage!.Name, Is.EqualTo("Argo"));
        Assert.That(await voyages.GetAsync(id), Is.SameAs(voyage));
        Assert.That(await voyages.FindAsync(Named("Argo")), Is.EqualTo(new[] { voyage }).Using<Voyage>(ReferenceEquals));
    }

    [Test]
    public async Task Gets_and_finds_nothing_where_nothing_is_stored()
    {
        var voyages = VoyagesOf(NewUnitOfWork());

        Assert.That(await voyages.GetAsync(new VoyageId(Guid.NewGuid())), Is.Null);
        Assert.That(await voyages.FindAsync(Named("Argo")), Is.Empty);
    }

    [Test]
    public async Task Gets_what_was_added_and_finds_it_when_it_is_committed()
    {
        var unitOfWork = NewUnitOfWork();
        var (voyages, voyage) = (VoyagesOf(unitOfWork), new Voyage("Argo"));
        voyages.Add(voyage);

        Assert.That(await voyages.GetAsync(voyage.Id), Is.SameAs(voyage));
        Assert.That(await voyages.FindAsync(Named("Argo")), Is.Empty);
        await unitOfWork.CommitAsync();
        Assert.That(await voyages.FindAsync(Named("Argo")), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Gets_no_more_what_was_removed_and_finds_it_until_that_is_committed()
    {
        var id = await StoreAsync("Argo");
        var unitOfWork = NewUnitOfWork();
        var voyages = VoyagesOf(unitOfWork);
        voyages.Remove((await voyages.GetAsync(id))!);

        Assert.That(await voyages.GetAsync(id), Is.Null);
        Assert.That(await voyages.FindAsync(Named("Argo")), Has.Exactly(1).Items);
        await unitOfWork.CommitAsync();
        Assert.That(await voyages.FindAsync(Named("Argo")), Is.Empty);
    }

    [Test]
    public async Task Finds_by_specifications_that_are_combined()
    {
        await StoreAsync("Argo", "Iolcus");
        await StoreAsync("Pequod");
        await StoreAsync("Argo");
        var voyages = VoyagesOf(NewUnitOfWork());
        var empty = new Specification<Voyage>(voyage => !voyage.Legs.Any());

        Assert.That((await voyages.FindAsync(Named("Argo").And(empty.Not()))).SelectMany(voyage => voyage.Legs).Select(leg => leg.Port), Is.EqualTo(new[] { "Iolcus" }));
        Assert.That(await voyages.FindAsync(Named("Argo").And(empty)), Has.Exactly(1).Items);
        Assert.That(await voyages.FindAsync(Named("Pequod").Or(empty)), Has.Exactly(2).Items);
    }

    [Test]
    public async Task Refuses_a_second_object_for_one_that_it_works_with()
    {
        var id = await StoreAsync("Argo");
        var voyages = VoyagesOf(NewUnitOfWork());
        await voyages.GetAsync(id);

        Assert.That(() => voyages.Add(new Voyage("Other", id)), Throws.InvalidOperationException);
        Assert.That(() => voyages.Remove(new Voyage("Other", id)), Throws.InvalidOperationException);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Takes_another_object_for_one_that_was_removed(bool inOneCommit)
    {
        var id = await StoreAsync("Argo");
        var unitOfWork = NewUnitOfWork();
        var voyages = VoyagesOf(unitOfWork);
        voyages.Remove((await voyages.GetAsync(id))!);
        if (!inOneCommit)
        {
            await unitOfWork.CommitAsync();
        }

        voyages.Add(new Voyage("Other", id));
        await unitOfWork.CommitAsync();

        Assert.That((await VoyagesOf(NewUnitOfWork()).GetAsync(id))!.Name, Is.EqualTo("Other"));
    }
}

using Anywise.Domain;
using Anywise.EfCore.Aggregates;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary><c>IsPartOfAggregate</c> says what cannot be.</summary>
public sealed class AModelWithWrongParts
{
    [Test]
    public void Is_refused_when_parts_are_declared_in_a_circle() => Refuses(
        static model =>
        {
            model.Entity<Left>().HasMany(left => left.Rights).WithOne();
            model.Entity<Right>().HasMany(right => right.Lefts).WithOne();
            model.Entity<Left>().Navigation(left => left.Rights).IsPartOfAggregate();
            model.Entity<Right>().Navigation(right => right.Lefts).IsPartOfAggregate();
        },
        "'Right.Lefts' is declared part of its aggregate, but no root is above it, only a circle of parts: 'Left', 'Right'. Remove 'IsPartOfAggregate' from one of them.");

    [Test]
    public void Is_refused_when_a_type_is_declared_part_of_itself() => Refuses(
        static model => model.Entity<Folder>().Navigation(folder => folder.Folders).IsPartOfAggregate(),
        "'Folder.Folders' is declared part of its aggregate, but no root is above it, only a circle of parts: 'Folder'");

    [Test]
    public void Is_refused_when_two_parents_declare_the_same_part() => Refuses(
        static model =>
        {
            model.Entity<Root>().Navigation(root => root.Twigs).IsPartOfAggregate();
            model.Entity<OtherRoot>().Navigation(root => root.Twigs).IsPartOfAggregate();
        },
        "'Twig' is declared part of more than one parent: 'OtherRoot.Twigs', 'Root.Twigs'. A part belongs to one of them: remove 'IsPartOfAggregate' from the others");

    [Test]
    public void Is_refused_when_a_root_is_declared_part_of_another() => Refuses(
        static model => model.Entity<Root>().Navigation(root => root.Others).IsPartOfAggregate(),
        "'Root.Others' is declared part of its aggregate, but 'OtherRoot' is the root of an aggregate of its own. Remove 'IsPartOfAggregate'");

    [TestCase(true)]
    [TestCase(false)]
    public void Is_refused_when_the_child_declares_instead_of_the_parent(bool isPart) => Refuses(
        model =>
        {
            model.Entity<Leaf>().HasOne(leaf => leaf.Root).WithMany(root => root.Leaves);
            model.Entity<Leaf>().Navigation(leaf => leaf.Root).IsPartOfAggregate(isPart);
        },
        "'IsPartOfAggregate' says nothing about 'Leaf.Root', which leads from a child to its parent. Call it on the navigation from 'Root' to 'Leaf', or remove it.");

    [Test]
    public void Is_refused_when_what_two_ends_share_is_declared_part() => Refuses(
        static model =>
        {
            model.Entity<Root>().HasMany(root => root.Tags).WithMany(tag => tag.Roots);
            model.Entity<Root>().Navigation(root => root.Tags).IsPartOfAggregate();
        },
        "'Root.Tags' is declared part of its aggregate, but it is a many-to-many relationship");

    [Test]
    public void Can_have_a_circle_by_convention_that_is_part_of_nothing()
    {
        var lefts = ModelOf(static model =>
        {
            model.Entity<Left>().HasMany(left => left.Rights).WithOne().IsRequired().OnDelete(DeleteBehavior.Cascade);
            model.Entity<Right>().HasMany(right => right.Lefts).WithOne().IsRequired().OnDelete(DeleteBehavior.Cascade);
            model.Entity<Versioned>();
        }).FindEntityType(typeof(Left))!;

        Assert.That(AggregateBoundaries.Of(lefts.Model).HasVersionAbove(lefts), Is.False);
    }

    private static void Refuses(Action<ModelBuilder> configure, string error) =>
        Assert.That(() => ModelOf(configure), Throws.InvalidOperationException.With.Message.Contains(error));

    private static IModel ModelOf(Action<ModelBuilder> configure)
    {
        var options = TestDatabase.AllowManyKinds(new DbContextOptionsBuilder().UseSqlite("Data Source=:memory:").ReplaceService<IModelCacheKeyFactory, NoCache>());
        using var context = new AnyContext(options.AddAnywiseEvents().Options, configure);
        return context.Model;
    }

    private sealed class AnyContext(DbContextOptions options, Action<ModelBuilder> configure) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => configure(modelBuilder);
    }

    private sealed class NoCache : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime) => new();
    }

    private sealed class Root : AggregateRoot<int>
    {
        public List<Twig> Twigs { get; } = [];

        public List<OtherRoot> Others { get; } = [];

        public List<Leaf> Leaves { get; } = [];

        public List<Tag> Tags { get; } = [];
    }

    private sealed class OtherRoot : AggregateRoot<int>
    {
        public List<Twig> Twigs { get; } = [];
    }

    private sealed class Versioned : AggregateRoot<int>
    {
        public int Version { get; private set; }
    }

    private sealed class Twig
    {
        public int Id { get; private set; }
    }

    private sealed class Leaf
    {
        public int Id { get; private set; }

        public Root? Root { get; private set; }
    }

    private sealed class Tag
    {
        public int Id { get; private set; }

        public List<Root> Roots { get; } = [];
    }

    private sealed class Folder
    {
        public int Id { get; private set; }

        public List<Folder> Folders { get; } = [];
    }

    private sealed class Left
    {
        public int Id { get; private set; }

        public List<Right> Rights { get; } = [];
    }

    private sealed class Right
    {
        public int Id { get; private set; }

        public List<Left> Lefts { get; } = [];
    }
}

using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Benchmarks;

/// <summary>The same table for every variant; only who collects the event differs.</summary>
public interface IItem
{
    /// <summary>Changes a column and says so, in the variants that have events.</summary>
    void Touch();

    /// <summary>Changes a column.</summary>
    void Change();
}

/// <summary>For bare EF Core (where nobody raises) and for Anywise.</summary>
public sealed class Item : AggregateRoot<int>, IItem
{
    public Item(int id) => Id = id;

    public string Name { get; private set; } = "an item";

    public int Quantity { get; private set; }

    public void Change() => Quantity++;

    public void Touch()
    {
        Quantity++;
        Raise(new ItemTouched(Id));
    }
}

/// <summary>For the usual interceptor: a base class with a list of notifications.</summary>
public sealed class UsualItem : UsualAggregate, IItem
{
    public UsualItem(int id) => Id = id;

    public int Id { get; private set; }

    public string Name { get; private set; } = "an item";

    public int Quantity { get; private set; }

    public void Change() => Quantity++;

    public void Touch()
    {
        Quantity++;
        Raise(new UsualItemTouched(Id));
    }
}

public sealed record ItemTouched(int Id) : IDomainEvent;

public sealed class ItemTouchedHandler : IEventHandler<ItemTouched>
{
    public ValueTask HandleAsync(ItemTouched @event, CancellationToken cancellationToken) => default;
}

public sealed class ItemContext<TItem>(DbContextOptions options) : DbContext(options) where TItem : class, IItem
{
    public DbSet<TItem> Items => Set<TItem>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<TItem>(item =>
        {
            item.ToTable("Items");
            item.Property("Id").ValueGeneratedNever();
        });
}

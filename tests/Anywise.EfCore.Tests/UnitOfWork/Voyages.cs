using Anywise.Domain;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.UnitOfWork;

/// <summary>An identity that is more than a number.</summary>
public readonly record struct VoyageId(Guid Value);

/// <summary>An aggregate with every kind of part: owned, children with children, declared, and what is near but no part.</summary>
public sealed class Voyage : AggregateRoot<VoyageId>
{
    private readonly List<Leg> _legs = [];

    public Voyage(string name) : this(name, new VoyageId(Guid.CreateVersion7()))
    {
    }

    public Voyage(string name, VoyageId id) => (Name, Id) = (name, id);

    public string Name { get; set; }

    /// <summary>Counts the saves that changed anything inside of the aggregate.</summary>
    public int Version { get; private set; }

    public Ship Ship { get; set; } = new("none");

    public IReadOnlyList<Leg> Legs => _legs;

    public List<Remark> Remarks { get; } = [];

    public List<Inspection> Inspections { get; } = [];

    public void RaiseVersion() => Version += 10;

    public void Remove(Leg leg) => _legs.Remove(leg);

    public void Take(Leg leg) => _legs.Add(leg);

    public void Say(IDomainEvent @event) => Raise(@event);

    public Leg Add(string port, params string[] cargo)
    {
        var leg = new Leg { Port = port };
        leg.Cargo.AddRange(cargo.Select(text => new Cargo { Text = text }));
        _legs.Add(leg);
        return leg;
    }
}

public sealed record Ship(string Name);

/// <summary>Part of a voyage by convention.</summary>
public sealed class Leg
{
    public int Id { get; private set; }

    public required string Port { get; set; }

    public List<Cargo> Cargo { get; } = [];
}

/// <summary>Part of a part.</summary>
public sealed class Cargo
{
    public int Id { get; private set; }

    public required string Text { get; set; }
}

/// <summary>Part of a voyage because the model says so: it could be without.</summary>
public sealed class Remark
{
    public int Id { get; private set; }

    public required string Text { get; set; }
}

/// <summary>No part of a voyage because the model says so: it could not be without.</summary>
public sealed class Inspection
{
    public int Id { get; private set; }
}

public class HarborContext(DbContextOptions<HarborContext> options) : ShopContext(options)
{
    public DbSet<Voyage> Voyages => Set<Voyage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Voyage>(voyage =>
        {
            voyage.Property(v => v.Id).HasConversion(id => id.Value, value => new VoyageId(value)).ValueGeneratedNever();
            voyage.OwnsOne(v => v.Ship);
            voyage.HasMany(v => v.Legs).WithOne().IsRequired();
            voyage.HasMany(v => v.Inspections).WithOne().IsRequired();
            voyage.Navigation(v => v.Remarks).IsPartOfAggregate();
            voyage.Navigation(v => v.Inspections).IsPartOfAggregate(false);
        });
        modelBuilder.Entity<Leg>().HasMany(leg => leg.Cargo).WithOne().IsRequired();
    }
}

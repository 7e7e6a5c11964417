using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.LoadTest;

/// <summary>What every variant saves; whether it says so is up to the variant.</summary>
public sealed class Order : AggregateRoot<long>
{
    public Order(long id) => Id = id;

    public string Customer { get; private set; } = "a customer";

    public int Quantity { get; private set; } = 1;

    public void Place() => Raise(new OrderPlaced(Id));
}

public sealed record OrderPlaced(long Number) : IDomainEvent;

/// <summary>What a handler writes, in the series where handlers write.</summary>
public sealed class Shipment
{
    public long Id { get; set; }

    public string Carrier { get; set; } = "a carrier";
}

/// <summary>The outbox that the raw variants write by hand: the columns and the index that such a table has.</summary>
public sealed class RawMessage
{
    public Guid Id { get; set; }

    public long DueAt { get; set; }

    public required string Payload { get; set; }
}

public sealed class LoadContext(DbContextOptions<LoadContext> options) : DbContext(options)
{
    /// <summary>The operation whose commit is to be timed; 0 for none.</summary>
    public long Timed { get; set; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("Orders");
            order.Property(one => one.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<Shipment>(shipment =>
        {
            shipment.ToTable("Shipments");
            shipment.Property(one => one.Id).ValueGeneratedNever();
        });
        modelBuilder.Entity<RawMessage>(message =>
        {
            message.ToTable("RawOutbox");
            message.Property(one => one.Id).ValueGeneratedNever();
            message.HasIndex(one => one.DueAt);
        });
    }
}

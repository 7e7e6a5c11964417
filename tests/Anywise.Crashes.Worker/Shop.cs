using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Crashes.Worker;

/// <summary>An order goes its steps: three when it is placed, the last one with the parcel that a handler sends.</summary>
public sealed record OrderStep(Guid OrderId, int Number) : IDomainEvent
{
    public const int OfParcel = 3;
}

public sealed class Order : AggregateRoot<Guid>
{
    public Order()
    {
        Id = Guid.CreateVersion7();
        for (var number = 0; number < OrderStep.OfParcel; number++)
        {
            Raise(new OrderStep(Id, number));
        }
    }
}

/// <summary>What a handler saves and what has an event of its own.</summary>
public sealed class Parcel : AggregateRoot<Guid>
{
    public Parcel(Guid orderId)
    {
        (Id, OrderId) = (Guid.CreateVersion7(), orderId);
        Raise(new OrderStep(orderId, OrderStep.OfParcel));
    }

    public Guid OrderId { get; private set; }
}

/// <summary>The trace of a handler. Nothing but the outbox keeps it from being there twice.</summary>
public sealed class Booking
{
    public long Id { get; set; }

    public required Guid OrderId { get; init; }

    public required int Number { get; init; }
}

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Parcel> Parcels => Set<Parcel>();

    public DbSet<Booking> Bookings => Set<Booking>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>().Property(order => order.Id).ValueGeneratedNever();
        modelBuilder.Entity<Parcel>().Property(parcel => parcel.Id).ValueGeneratedNever();
    }
}

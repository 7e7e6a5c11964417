using System.Text.Json;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.Crashes.Worker;

/// <summary>An order goes its steps: some when it is placed, later ones each with a save of its own, and one with the parcel that a handler sends.</summary>
public sealed record OrderStep(Guid OrderId, int Number) : IDomainEvent
{
    public const int OfParcel = 99;

    /// <summary>As the outbox stores it.</summary>
    public string Text() => JsonSerializer.Serialize(this);
}

public sealed class Order : AggregateRoot<Guid>
{
    public const int StepsWhenPlaced = 3;

    public Order()
    {
        Id = Guid.CreateVersion7();
        for (var number = 0; number < StepsWhenPlaced; number++)
        {
            GoOn();
        }
    }

    /// <summary>How many it has gone.</summary>
    public int Steps { get; private set; }

    /// <summary>The newest.</summary>
    internal OrderStep LastStep => new(Id, Steps - 1);

    public void GoOn() => Raise(new OrderStep(Id, Steps++));
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

/// <summary>Is enqueued with an order, for a time that is in milliseconds since 1970.</summary>
public sealed record Remind(Guid OrderId, long At) : ICommand;

/// <summary>The trace of the handler of <see cref="Remind"/>.</summary>
public sealed class Reminder
{
    public long Id { get; set; }

    public required Guid OrderId { get; init; }

    public required long At { get; init; }

    public required long SentAt { get; init; }
}

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Parcel> Parcels => Set<Parcel>();

    public DbSet<Booking> Bookings => Set<Booking>();

    public DbSet<Reminder> Reminders => Set<Reminder>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>().Property(order => order.Id).ValueGeneratedNever();
        modelBuilder.Entity<Order>().Property(order => order.Steps).IsConcurrencyToken();
        modelBuilder.Entity<Parcel>().Property(parcel => parcel.Id).ValueGeneratedNever();
    }
}

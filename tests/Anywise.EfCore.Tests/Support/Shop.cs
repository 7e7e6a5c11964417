using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Tests.Support;

/// <summary>A model that shows every way in which an aggregate can have events.</summary>
public sealed class Order : AggregateRoot<Guid>
{
    public Order(string name)
    {
        Id = Guid.CreateVersion7();
        Name = name;
        Raise(new OrderPlaced(name)); // EF Core calls this constructor, too, for every row
    }

    public string Name { get; private set; }

    public int Revision { get; private set; }

    public List<OrderLine> Lines { get; } = [];

    public Order? Previous { get; set; }

    public void Rename(string name)
    {
        Raise(new OrderRenamed(Name, name));
        Name = name;
        Revision++;
    }

    public void SayRemoved() => Raise(new OrderRemoved(Name));

    public void Say(IDomainEvent @event) => Raise(@event);
}

public sealed class OrderLine
{
    public int Id { get; private set; }

    public string Text { get; set; } = "";
}

/// <summary>An aggregate whose base class is taken.</summary>
public sealed class Invoice : Document, IHasDomainEvents
{
    private readonly DomainEvents _events = new();

    DomainEvents IHasDomainEvents.DomainEvents => _events;

    public void Pay() => _events.Raise(new InvoicePaid(Id));
}

public abstract class Document
{
    public int Id { get; set; }
}

/// <summary>As <see cref="Invoice"/>, but with its events in plain sight of EF Core's conventions.</summary>
public sealed class Receipt : IHasDomainEvents
{
    public int Id { get; set; }

    public DomainEvents DomainEvents { get; } = new();
}

/// <summary>Derived aggregates share a table with their base.</summary>
public abstract class Shipment : AggregateRoot<int>
{
    public void Send() => Raise(new ShipmentSent(Id));

    public void SendLater() => Raise(() => new ShipmentSent(Id));
}

public sealed class Parcel : Shipment
{
    public Parcel(int id) => Id = id;
}

/// <summary>An aggregate whose key the database generates.</summary>
public sealed class Ticket : AggregateRoot<int>
{
    public Ticket(string title)
    {
        Title = title;
        Raise(() => new TicketOpened(Id, Title));
    }

    public string Title { get; set; }

    public void SayLater(Func<IDomainEvent> make) => Raise(make);

    public void Say(IDomainEvent @event) => Raise(@event);
}

public sealed record TicketOpened(int Id, string Title) : IDomainEvent;

public sealed record OrderPlaced(string Name) : IDomainEvent;

public sealed record OrderRenamed(string From, string To) : IDomainEvent;

public sealed record OrderRemoved(string Name) : IDomainEvent;

public sealed record InvoicePaid(int Id) : IDomainEvent;

public sealed record ShipmentSent(int Id) : IDomainEvent;

public class ShopContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<Receipt> Receipts => Set<Receipt>();

    public DbSet<Shipment> Shipments => Set<Shipment>();

    public DbSet<Ticket> Tickets => Set<Ticket>();

    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>().Property(order => order.Id).ValueGeneratedNever();
        modelBuilder.Entity<Order>().Property(order => order.Revision).IsConcurrencyToken();
        modelBuilder.Entity<Order>().HasIndex(order => order.Name).IsUnique();
        modelBuilder.Entity<Ticket>().HasIndex(ticket => ticket.Title).IsUnique();
        modelBuilder.Entity<Parcel>().Property(parcel => parcel.Id).ValueGeneratedNever();
    }
}

/// <summary>What handlers write, so that their own saves can be seen in the database.</summary>
public sealed class Note
{
    public int Id { get; set; }

    public required string Text { get; set; }
}

using Microsoft.EntityFrameworkCore;

namespace Slices.Orders;

/// <summary>The tables of this slice, and an outbox of its own.</summary>
public sealed class OrdersContext(DbContextOptions<OrdersContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>();
}

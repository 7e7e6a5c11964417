using Microsoft.EntityFrameworkCore;

namespace Slices.Payments;

/// <summary>The tables of this slice, and an outbox of its own.</summary>
public sealed class PaymentsContext(DbContextOptions<PaymentsContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Payment>();
}

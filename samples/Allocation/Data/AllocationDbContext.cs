using Allocation.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Allocation.Data;

/// <summary>The tables of the book. A product owns its batches and they own their lines, so an aggregate is always loaded whole.</summary>
/// <remarks>Open only for the migrations, of which each database has its own.</remarks>
public class AllocationDbContext(DbContextOptions<AllocationDbContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<AllocationRow> AllocationsView => Set<AllocationRow>();

    /// <summary>One query per aggregate, so that it is read as of one moment. Lines lie inside batches: the join multiplies nothing.</summary>
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.MultipleCollectionIncludeWarning));

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Product>(product =>
        {
            product.ToTable("products");
            product.Property(p => p.Id).HasColumnName("sku");
            product.Property(p => p.Version).HasColumnName("version_number"); // a concurrency token by convention
            product.OwnsMany(p => p.Batches, ConfigureBatch);
        });

        modelBuilder.Entity<AllocationRow>(row =>
        {
            row.ToTable("allocations_view");
            row.Property(r => r.Id).HasColumnName("id");
            row.Property(r => r.OrderId).HasColumnName("orderid");
            row.Property(r => r.Sku).HasColumnName("sku");
            row.Property(r => r.BatchRef).HasColumnName("batchref");
            row.HasIndex(r => r.OrderId);
        });
    }

    private static void ConfigureBatch(OwnedNavigationBuilder<Product, Batch> batch)
    {
        batch.ToTable("batches");
        batch.HasKey(b => b.Id);
        batch.Property(b => b.Id).HasColumnName("reference").ValueGeneratedNever();
        batch.WithOwner().HasForeignKey(b => b.Sku);
        batch.Property(b => b.Sku).HasColumnName("sku");
        batch.Property(b => b.PurchasedQuantity).HasColumnName("purchased_quantity");
        batch.Property(b => b.Eta).HasColumnName("eta");
        batch.OwnsMany(b => b.Lines, ConfigureLine);
    }

    private static void ConfigureLine(OwnedNavigationBuilder<Batch, OrderLine> line)
    {
        line.ToTable("order_lines");
        line.Property<long>("Id").HasColumnName("id"); // a value has no identity, but its row has, and rises as lines are allocated
        line.HasKey("Id");
        line.WithOwner().HasForeignKey("BatchRef");
        line.Property<string>("BatchRef").HasColumnName("batchref").IsRequired();
        line.Property(l => l.OrderId).HasColumnName("orderid");
        line.Property(l => l.Sku).HasColumnName("sku");
        line.Property(l => l.Qty).HasColumnName("qty");
    }
}

using Anywise.Domain;
using Anywise.EfCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

IServiceCollection services = new ServiceCollection();
IRepository<Product, string> repository = null!;
EntityTypeBuilder<Order> order = null!;

public sealed class Product : AggregateRoot<string>
{
    public List<Batch> Batches { get; } = [];

    public void Allocate(OrderLine line) => Batches.Clear();
}

public sealed class Batch : Entity<string>;

public sealed record OrderLine(string OrderId, string Sku, int Qty);

public sealed record Allocate(string OrderId, string Sku, int Qty) : ICommand;

public sealed class InvalidSkuException(string sku) : Exception(sku);

public sealed class Shop : DbContext;

public sealed class Order : AggregateRoot<Guid>
{
    public List<Line> Lines { get; } = [];

    public List<Remark> Remarks { get; } = [];

    public List<Audit> Audits { get; } = [];
}

public sealed class Line;

public sealed class Remark;

public sealed class Audit;

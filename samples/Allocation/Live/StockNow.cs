using Allocation.Data;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Live;

/// <summary>What is in stock, and which lines of orders are allocated to it?</summary>
public sealed record StockNow : IQuery<Stock>;

/// <param name="Products">The first products by sku.</param>
/// <param name="ProductCount">How many there are in all.</param>
/// <param name="Allocations">The latest lines.</param>
/// <param name="AllocationCount">How many there are in all.</param>
public sealed record Stock(
    IReadOnlyList<ProductInStock> Products, int ProductCount, IReadOnlyList<LineInStock> Allocations, int AllocationCount);

/// <param name="Sku">Identifies the product.</param>
/// <param name="Version">Rises with each change of what is allocated.</param>
/// <param name="Batches">In the order in which they are allocated from.</param>
public sealed record ProductInStock(string Sku, int Version, IReadOnlyList<BatchInStock> Batches);

public sealed record BatchInStock(string Ref, DateOnly? Eta, int Purchased, int Available);

public sealed record LineInStock(string OrderId, string Sku, string BatchRef);

/// <remarks>Past the aggregates: a page that shows many products loads none of them whole.</remarks>
internal sealed class StockNowHandler(AllocationDbContext context) : IQueryHandler<StockNow, Stock>
{
    private const int Most = 100;

    public async ValueTask<Stock> HandleAsync(StockNow query, CancellationToken cancellationToken)
    {
        var products = await context.Products
            .OrderBy(product => product.Id)
            .Take(Most)
            .Select(product => new ProductInStock(
                product.Id,
                product.Version,
                product.Batches
                    .OrderBy(batch => batch.Eta != null)
                    .ThenBy(batch => batch.Eta)
                    .ThenBy(batch => batch.Id)
                    .Select(batch => new BatchInStock(
                        batch.Id, batch.Eta, batch.PurchasedQuantity, batch.PurchasedQuantity - batch.Lines.Sum(line => line.Qty)))
                    .ToList()))
            .ToListAsync(cancellationToken);
        var lines = await context.AllocationsView
            .OrderByDescending(row => row.Id)
            .Take(Most)
            .Select(row => new LineInStock(row.OrderId, row.Sku, row.BatchRef))
            .ToListAsync(cancellationToken);

        return new Stock(
            products, await context.Products.CountAsync(cancellationToken), lines, await context.AllocationsView.CountAsync(cancellationToken));
    }
}

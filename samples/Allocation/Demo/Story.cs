using Allocation.Data;
using Allocation.Domain;
using Anywise.Domain;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace Allocation.Demo;

/// <summary>The story of the book: clocks are bought, ordered, out of stock, and fewer than was thought.</summary>
internal sealed class Story(IServiceProvider services, IAnsiConsole console)
{
    private static readonly (string Text, ICommand[] Commands)[] Chapters =
    [
        ("Two batches of clocks are bought: one is in the warehouse, one on its way.",
        [
            new CreateBatch("in-stock", "RETRO-CLOCK", 50, null),
            new CreateBatch("shipment", "RETRO-CLOCK", 100, new DateOnly(2011, 1, 2)),
        ]),
        ("Two customers order clocks. The warehouse comes first, and is empty then.",
        [
            new Allocate("order-1", "RETRO-CLOCK", 30),
            new Allocate("order-2", "RETRO-CLOCK", 20),
        ]),
        ("A third one wants more than any batch has. The buyers get a mail.", [new Allocate("order-3", "RETRO-CLOCK", 200)]),
        ("Only 35 clocks are left in stock: a line loses its batch, and finds another.", [new ChangeBatchQuantity("in-stock", 35)]),
    ];

    public async Task TellAsync(CancellationToken cancellationToken = default)
    {
        using var causation = new Causation();
        console.MarkupLine("A [blue]command[/] asks, an [yellow]event[/] tells. Below each stands what it caused.");
        console.WriteLine();

        var number = 0;
        foreach (var (text, commands) in Chapters)
        {
            console.MarkupLineInterpolated($"[bold green]{++number}. {text}[/]");
            foreach (var command in commands)
            {
                await SendAsync(command, cancellationToken);
                console.Write(causation.TreeOf(command));
            }

            console.WriteLine();
        }

        await ShowWhatIsStoredAsync(cancellationToken);
    }

    private async Task SendAsync(ICommand command, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(command, cancellationToken);
    }

    private async Task ShowWhatIsStoredAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<AllocationDbContext>();

        var stock = new Table().Title("Stock").AddColumns("batch", "sku", "eta", "purchased", "allocated", "available");
        foreach (var batch in (await context.Products.ToListAsync(cancellationToken)).SelectMany(product => product.Batches))
        {
            stock.AddRow(
                batch.Id, batch.Sku, batch.Eta is { } eta ? $"{eta:O}" : "in warehouse",
                $"{batch.PurchasedQuantity}", $"{batch.AllocatedQuantity}", $"{batch.AvailableQuantity}");
        }

        var allocations = new Table().Title("Allocations").AddColumns("order", "sku", "batch");
        foreach (var row in await context.AllocationsView.OrderBy(row => row.Id).ToListAsync(cancellationToken))
        {
            allocations.AddRow(row.OrderId, row.Sku, row.BatchRef);
        }

        console.Write(stock);
        console.Write(allocations);
    }
}

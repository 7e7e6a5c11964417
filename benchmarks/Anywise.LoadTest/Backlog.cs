using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.LoadTest;

/// <summary>Stored messages that wait to be delivered: as many rows as if processes had ended right after their commits.</summary>
internal static class Backlog
{
    private const string Entity = "Anywise.Outbox";

    /// <summary>Later than any of the messages is due.</summary>
    public const long Later = 1_000_000_000;

    private const int PerMillisecond = 5;

    /// <returns>The block that the messages belong to.</returns>
    public static async Task<Block> StoreAsync(LoadDatabase database, int messages)
    {
        await database.ExecuteAsync("DELETE FROM \"RawOutbox\"");
        var block = database.Measurement.Begin(messages);
        await using var services = Application(database);
        var template = await TemplateAsync(services);
        foreach (var chunk in Enumerable.Range(0, messages).Chunk(5_000))
        {
            await using var scope = services.CreateAsyncScope();
            var context = scope.ServiceProvider.GetRequiredService<LoadContext>();
            foreach (var index in chunk)
            {
                var (id, dueAt) = (Guid.CreateVersion7(), 1L + (index / PerMillisecond));
                var row = Copy(template, id, dueAt, block.Next()!.Value);
                context.Set<Dictionary<string, object>>(Entity).Add(row);
                context.Add(new RawMessage { Id = id, DueAt = dueAt, Payload = (string)row["Payload"] });
            }

            await context.SaveChangesAsync();
        }

        return block;
    }

    /// <summary>An application that stores and does not deliver: it has no relay, and its one commit is not seen by EF Core.</summary>
    private static ServiceProvider Application(LoadDatabase database) => new ServiceCollection()
        .AddSingleton(new Measurement())
        .AddLogging()
        .AddAnywise(anywise => anywise.AddHandler<EmptyHandler>())
        .AddDbContext<LoadContext>(options =>
        {
            database.Use(options);
            options.AddAnywiseEvents(events => events.UseOutbox());
        })
        .BuildServiceProvider();

    private static async Task<Dictionary<string, object>> TemplateAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<LoadContext>();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var order = new Order(0);
        context.Add(order);
        order.Place();
        await context.SaveChangesAsync();
        var row = await context.Set<Dictionary<string, object>>(Entity).AsNoTracking().SingleAsync();
        await transaction.RollbackAsync();
        return row;
    }

    private static Dictionary<string, object> Copy(Dictionary<string, object> template, Guid id, long dueAt, long number) => new(template)
    {
        ["Id"] = id,
        ["DueAt"] = dueAt,
        ["Payload"] = ((string)template["Payload"])
            .Replace($"{template["Id"]}", $"{id}", StringComparison.OrdinalIgnoreCase)
            .Replace("\"Number\":0", $"\"Number\":{number}", StringComparison.Ordinal),
    };
}

using Anywise.EfCore;

namespace Anywise.LoadTest;

/// <summary>
/// What a message costs the server: statements by <c>pg_stat_statements</c>, transactions by <c>pg_stat_database</c>. What an application does without
/// messages is subtracted, and <c>DISCARD ALL</c> is not counted.
/// </summary>
internal static class CountSeries
{
    private const int Messages = 10_000;

    public static async Task RunAsync(PostgresDatabase database, LoadOptions options)
    {
        var kind = options.Contexts[0];
        var table = new Table($"{database.Name}, work of the server per message, {Messages} messages, 8 producers", "statements", "transactions");
        await AddAsync(() => Task.FromResult<Variant>(new BareVariant(database, kind, saves: 1)), "");
        foreach (var handler in new[] { HandlerKind.Empty, HandlerKind.Writing })
        {
            await AddAsync(() => Task.FromResult<Variant>(new RawVariant(database, handler)), $", handler: {handler}");
            foreach (var delivery in new[] { OutboxDelivery.Inline, OutboxDelivery.Background })
            {
                await AddAsync(async () => await AnywiseVariant.StartAsync(database, kind, handler, delivery), $", handler: {handler}");
            }
        }

        table.Print();

        async Task AddAsync(Func<Task<Variant>> start, string remark)
        {
            var idle = await CountAsync(database, start, messages: 0);
            var busy = await CountAsync(database, start, Messages);
            table.Row(
                busy.Name + remark, $"{(busy.Statements - idle.Statements) / (double)Messages:F2}", $"{(busy.Transactions - idle.Transactions) / (double)Messages:F2}");
        }
    }

    private static async Task<(string Name, long Statements, long Transactions)> CountAsync(
        PostgresDatabase database, Func<Task<Variant>> start, int messages)
    {
        var before = await database.CountWorkAsync();
        var variant = await start();
        var block = database.Measurement.Begin(messages);
        await ClosedLoop.ProduceAsync(variant, block, producers: 8, () => true);
        if (variant.Delivers)
        {
            await ClosedLoop.WaitUntilCompletedAsync(database, variant, messages);
        }

        await variant.DisposeAsync();
        var after = await database.CountWorkAsync();
        return (variant.Name, after.Statements - before.Statements, after.Transactions - before.Transactions);
    }
}

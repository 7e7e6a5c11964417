using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Anywise.EfCore;

namespace Anywise.LoadTest;

/// <summary>
/// How fast stored messages are delivered, next to loops by hand that claim a thousand rows, read and delete them: with a lease, as every relay has to
/// that calls handlers outside of its transaction, and within one transaction.
/// </summary>
internal static class DrainSeries
{
    private const int Rounds = 3;

    public static async Task RunAsync(LoadDatabase database, LoadOptions options)
    {
        var table = new Table($"{database.Name}, backlog of {options.Backlog} rows, empty handler, median of {Rounds}", "rows/s", "/ lease", "/ one transaction", "twice");
        List<double> leased = [], locked = [], drained = [], beside = [];
        var twice = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await Backlog.StoreAsync(database, options.Backlog);
            locked.Add(await MeasureAsync(options.Backlog, () => DrainByHandAsync(database, isLeased: false)));
            await database.ExecuteAsync("DELETE FROM \"AnywiseOutbox\"");
            var block = await Backlog.StoreAsync(database, options.Backlog);
            leased.Add(await MeasureAsync(options.Backlog, () => DrainByHandAsync(database, isLeased: true)));
            drained.Add(await MeasureAsync(options.Backlog, () => DrainAsync(database, options.Backlog)));
            twice += block.Twice;
            if (database is PostgresDatabase postgres)
            {
                block = await Backlog.StoreAsync(database, options.Backlog);
                await using var report = await postgres.ReportAsync();
                beside.Add(await MeasureAsync(options.Backlog, () => DrainAsync(database, options.Backlog)));
                twice += block.Twice;
            }
        }

        await database.ExecuteAsync("DELETE FROM \"RawOutbox\"");
        table.Row("raw ADO.NET, lease", $"{Median(leased):F0}", "", $"{Ratio(leased, locked):F2}");
        table.Row("raw ADO.NET, one transaction", $"{Median(locked):F0}", $"{Ratio(locked, leased):F2}");
        table.Row("Anywise, one relay", $"{Median(drained):F0}", $"{Ratio(drained, leased):F2}", $"{Ratio(drained, locked):F2}", $"{twice}");
        if (beside.Count > 0)
        {
            table.Row("Anywise, one relay, beside a long transaction", $"{Median(beside):F0}", $"{Ratio(beside, leased):F2}", $"{Ratio(beside, locked):F2}");
        }

        table.Print();

        static double Ratio(List<double> ours, List<double> raw) => Median(ours.Zip(raw, (one, other) => one / other));
    }

    private static async Task<double> MeasureAsync(int rows, Func<Task> drain)
    {
        var start = Stopwatch.GetTimestamp();
        await drain();
        return rows / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task DrainAsync(LoadDatabase database, int messages)
    {
        await using var relay = await AnywiseVariant.StartAsync(database, ContextKind.Scoped, HandlerKind.Empty, OutboxDelivery.Inline);
        await ClosedLoop.WaitUntilCompletedAsync(database, relay, messages);
    }

    private static async Task DrainByHandAsync(LoadDatabase database, bool isLeased)
    {
        var due = $"""SELECT "Id" FROM "RawOutbox" WHERE "DueAt" < {Backlog.Later} ORDER BY "DueAt" LIMIT 1000""";
        var claim = isLeased
            ? $"""UPDATE "RawOutbox" SET "DueAt" = {Backlog.Later} WHERE "Id" {database.In(due)} RETURNING "Id", "Payload" """
            : $"""SELECT "Id", "Payload" FROM "RawOutbox" WHERE "Id" {database.In(due)}""";
        await using var connection = database.Connect();
        await connection.OpenAsync();
        var ids = new List<Guid>();
        do
        {
            await using var transaction = isLeased ? null : await connection.BeginTransactionAsync();
            ids = await ReadAsync(connection, claim, transaction);
            await using var delete = LoadDatabase.Command(connection, $"""DELETE FROM "RawOutbox" WHERE "Id" {database.AnyOfIds}""", ("ids", database.Ids(ids)));
            delete.Transaction = transaction;
            await delete.ExecuteNonQueryAsync();
            await (transaction?.CommitAsync() ?? Task.CompletedTask);
        }
        while (ids.Count > 0);
    }

    private static async Task<List<Guid>> ReadAsync(DbConnection connection, string claim, DbTransaction? transaction)
    {
        var ids = new List<Guid>();
        await using var command = LoadDatabase.Command(connection, claim);
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            using var read = JsonDocument.Parse(reader.GetString(1));
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);
}

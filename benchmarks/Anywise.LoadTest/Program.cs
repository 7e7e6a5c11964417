using System.Diagnostics;
using Anywise.EfCore;
using Anywise.LoadTest;

if (args is ["--help"])
{
    Console.WriteLine(LoadOptions.Usage);
    return 0;
}

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (Exception failure) when (failure is ArgumentException or FormatException)
{
    Console.Error.WriteLine(failure.Message);
    Console.Error.WriteLine(LoadOptions.Usage);
    return 1;
}

var start = Stopwatch.GetTimestamp();
foreach (var name in options.Databases)
{
    await using LoadDatabase database = name == "postgres" ? await PostgresDatabase.StartAsync() : new SqliteDatabase();
    await CreateTablesAsync(database);
    foreach (var series in options.Series)
    {
        await RunAsync(series, database);
    }
}

Console.WriteLine();
Console.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalMinutes:F1} minutes on {Environment.ProcessorCount} processors.");
return 0;

Task RunAsync(string series, LoadDatabase database) => series switch
{
    "commit" => CommitSeries.RunAsync(database, options, HandlerKind.Empty),
    "write" => CommitSeries.RunAsync(database, options with { Contexts = options.Contexts[..1] }, HandlerKind.Writing),
    "count" => database is PostgresDatabase postgres ? CountSeries.RunAsync(postgres, options) : Task.CompletedTask,
    "drain" => DrainSeries.RunAsync(database, options),
    "relays" => RelaySeries.RunAsync(database, options),
    "open" => OpenSeries.RunAsync(database, options),
    _ => throw new ArgumentException($"'{series}' is no series."),
};

static async Task CreateTablesAsync(LoadDatabase database)
{
    await using var variant = await AnywiseVariant.StartAsync(database, ContextKind.Scoped, HandlerKind.Empty, OutboxDelivery.Inline);
    await variant.CreateTablesAsync();
}

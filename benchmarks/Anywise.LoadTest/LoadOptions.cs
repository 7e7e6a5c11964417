namespace Anywise.LoadTest;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        dotnet run -c Release --project benchmarks/Anywise.LoadTest -- [--option value ...]
          --database   postgres,sqlite
          --series     commit,write,count,drain,relays,open
          --producers  1,8,32
          --contexts   scoped,pooled      AddDbContext, AddDbContextPool
          --seconds    4                  for each variant and number of producers
          --rounds     4                  the blocks into which these are cut; the variants take turns
          --backlog    50000              the rows to drain
        """;

    public string[] Databases { get; init; } = ["postgres", "sqlite"];

    public string[] Series { get; init; } = ["commit", "write", "count", "drain", "relays", "open"];

    public int[] Producers { get; init; } = [1, 8, 32];

    public ContextKind[] Contexts { get; init; } = [ContextKind.Scoped, ContextKind.Pooled];

    public double Seconds { get; init; } = 4;

    public int Rounds { get; init; } = 4;

    public int Backlog { get; init; } = 50_000;

    public TimeSpan Block => TimeSpan.FromSeconds(Seconds / Rounds);

    /// <exception cref="ArgumentException">An option is unknown, or lacks its value.</exception>
    public static LoadOptions Parse(string[] args)
    {
        var options = new LoadOptions();
        foreach (var pair in args.Chunk(2))
        {
            options = pair is [var name, var value] ? options.With(name, value) : throw new ArgumentException($"'{pair[0]}' lacks its value.");
        }

        return options;
    }

    private LoadOptions With(string name, string value)
    {
        var values = value.Split(',');
        return name switch
        {
            "--database" => this with { Databases = values },
            "--series" => this with { Series = values },
            "--producers" => this with { Producers = [.. values.Select(int.Parse)] },
            "--contexts" => this with { Contexts = [.. values.Select(kind => Enum.Parse<ContextKind>(kind, ignoreCase: true))] },
            "--seconds" => this with { Seconds = double.Parse(value) },
            "--rounds" => this with { Rounds = int.Parse(value) },
            "--backlog" => this with { Backlog = int.Parse(value) },
            _ => throw new ArgumentException($"'{name}' is no option."),
        };
    }
}

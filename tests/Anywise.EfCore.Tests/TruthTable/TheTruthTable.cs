using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

public sealed class TheTruthTable
{
    private const string Page = "docs/when-ef-calls-us.md";

    /// <summary>Every situation that EF Core was found to tell about in a way of its own.</summary>
    private const string Demanded =
        """
        a1 a2 a3 a4 a5 a6 a7 b1 b2 b3 b4 b6 b7 b8 c1 c2 c3 d1 d2 d3 d4 e1 e2 e4 e5 f1 f2 f3 g1 g2 h1 h2 h3 h4 i1 i2 i3 i4 i6 i10 i11
        j1 j2 j3 k1 k2 k3 k4 k5 l1 m3 n1 n2 n3 r1 r2 s1 s2 t1 t2 t3 t4 t5 t5b t6 t7 t8 t9 t10 t11 t12 t13 t14 t15 t16 t17 X6 X8 X9 X12
        """;

    /// <summary>A wire to lose, a session to end, a transaction that a failure aborts, and a pool of connections are PostgreSQL's alone.</summary>
    private const string DemandedOnPostgres = "g3 g5 g6 g7 i5 i7 i8 i9 i12 m1 m2 m4 m5 X1 X2 X3";

    /// <summary>Only SQLite is busy, and only there EF Core lets a TransactionScope pass unheeded.</summary>
    private const string DemandedOnSqlite = "g4 m1s";

    [Test]
    public void Has_a_row_for_every_situation_on_every_database_that_knows_it()
    {
        var covered = (from row in TableRow.All from tag in row.Row.Tags from provider in row.Providers select $"{tag} {provider}").ToHashSet();

        Assert.That(On("SQLite", Demanded, DemandedOnSqlite).Except(covered), Is.Empty);
        Assert.That(On("PostgreSQL", Demanded, DemandedOnPostgres).Except(covered), Is.Empty);
        Assert.That(covered, Has.Member("X7 InMemory"));
    }

    [Test]
    public void Plays_every_row_with_synchronous_and_asynchronous_calls()
    {
        var once = TableRow.All.Select(row => row.TestClass).Distinct()
            .Where(type => type.GetCustomAttributes(typeof(TestFixtureAttribute), inherit: true).Length != 2
                && type != typeof(EveryCancelledSaveContract)); // there is no synchronous call that can be cancelled

        Assert.That(once, Is.Empty);
    }

    [Test]
    public void Uses_only_codes_that_the_page_explains()
    {
        var explained = EfCoreCalls.Legend.Select(entry => entry.Code).ToHashSet();
        var used = TableRow.All.SelectMany(row => new[] { row.Row.EfCore, row.Row.EfCoreOnPostgres }).OfType<string>()
            .SelectMany(calls => calls.Replace("event ", "event:", StringComparison.Ordinal).Split(' '))
            .Select(code => code.StartsWith("event:", StringComparison.Ordinal) ? "event x" : code.StartsWith("TF(", StringComparison.Ordinal) ? "TF(x)" : code)
            .ToHashSet();

        Assert.That(used, Is.SubsetOf(explained));
        Assert.That(explained, Is.SubsetOf(used));
    }

    [Test]
    public async Task Admits_its_limits_where_the_guarantees_are()
    {
        var notPromised = (await ReadAsync("docs/guarantees.md")).Split("## Not promised")[1].Split("\n## ")[0];
        var admitted = notPromised.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)
            .SelectMany(line => line.Split('|')[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

        Assert.That(admitted.Distinct(), Is.EquivalentTo(TableRow.All.Where(row => row.IsLimit).SelectMany(row => row.Row.Tags).Distinct()));
    }

    [Test]
    public async Task Is_the_one_on_the_page_in_the_documentation()
    {
        var page = TruthTablePage.Write();
        if (Environment.GetEnvironmentVariable("ANYWISE_UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(PathOf(Page), page);
        }

        Assert.That(await ReadAsync(Page), Is.EqualTo(page), $"'{Page}' is out of date. Set ANYWISE_UPDATE_DOCS=1 and run this test to write it.");
    }

    private static IEnumerable<string> On(string provider, params string[] tags) =>
        tags.SelectMany(list => list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)).Select(tag => $"{tag} {provider}");

    private static async Task<string> ReadAsync(string file) => File.Exists(PathOf(file)) ? await File.ReadAllTextAsync(PathOf(file)) : "";

    private static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Anywise.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No 'Anywise.sln' above '{AppContext.BaseDirectory}'. Run the tests from a checkout.");
        }

        return Path.Combine(folder.FullName, file);
    }
}

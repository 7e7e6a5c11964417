using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>Writes docs/when-ef-calls-us.md from the tests that are its rows.</summary>
public static class TruthTablePage
{
    private const string Opening =
        """
        # When EF Core calls us

        For those who write interceptors, or wonder why Anywise waits where it waits; to use it, [guarantees.md](guarantees.md) is enough.
        Each row is a test: it plays the situation with synchronous and with asynchronous calls, and compares what EF Core called, what is
        in the database, and what the handlers saw, which is the same as what is in the database unless the row says otherwise.
        Rows are named 1, 2, 3 in the order in which their events were raised; a question mark stands for an event that does not fit the rows.

        This page is written by `ANYWISE_UPDATE_DOCS=1 dotnet test tests/Anywise.EfCore.Tests --filter TheTruthTable`.
        """;

    private static readonly IReadOnlyList<(char Letter, string Title)> Sections =
    [
        ('a', "A save alone"),
        ('b', "A transaction of the application"),
        ('c', "Several saves in a transaction"),
        ('d', "Savepoints"),
        ('e', "A transaction of ADO.NET"),
        ('f', "Two contexts on one connection"),
        ('g', "TransactionScope"),
        ('h', "AutoTransactionBehavior"),
        ('i', "Retries, and answers that are lost"),
        ('j', "Conflicts"),
        ('k', "Refused and cancelled saves"),
        ('l', "Changes that are not accepted"),
        ('m', "Commits that fail"),
        ('n', "Saves that write nothing"),
        ('r', "Writing past the tracker"),
        ('s', "Many contexts"),
        ('t', "Interceptors and handlers that use the context, or throw"),
        ('X', "Pools, scopes and other providers"),
    ];

    public static string Write() => string.Join('\n', [
        Opening.ReplaceLineEndings("\n"),
        "",
        "| code | what EF Core calls |",
        "| --- | --- |",
        .. EfCoreCalls.Legend.Select(entry => $"| `{entry.Code}` | {entry.Meaning} |"),
        .. Sections.SelectMany(WriteSection),
        "",
    ]);

    private static IEnumerable<string> WriteSection((char Letter, string Title) section) =>
    [
        "",
        $"## {section.Title}",
        "",
        "| # | situation | EF Core calls | stored | Anywise | test |",
        "| --- | --- | --- | --- | --- | --- |",
        .. TableRow.All.Where(row => row.Row.Tags[0][0] == section.Letter).Select(WriteRow),
    ];

    private static string WriteRow(TableRow row)
    {
        var calls = row.Row.EfCore is null ? "" : OnEach(row, Code(row.Row.EfCore), Code(row.Row.EfCoreOnPostgres ?? row.Row.EfCore));
        var stored = OnEach(row, row.Row.Stored, row.Row.StoredOnPostgres);
        return $"| {string.Join(", ", row.Row.Tags)} | {Situation(row)} | {calls} | {stored} | {Anywise(row)} | `{row.TestClass.Name}` |";
    }

    private static string Situation(TableRow row) => row.Providers is [var only] && only != "InMemory" ? $"{only}: {row.Row.Situation}" : row.Row.Situation;

    private static string Anywise(TableRow row)
    {
        var promise = row.Test.Name.Replace('_', ' ');
        var seen = row.IsLimit ? $". Handlers see: {OnEach(row, row.Row.Seen, row.Row.SeenOnPostgres)}" : "";
        return promise + seen;
    }

    private static string OnEach(TableRow row, string onSqlite, string onPostgres) => row.Providers switch
    {
        ["PostgreSQL"] => OrNothing(onPostgres),
        [_, _] when onSqlite != onPostgres => $"SQLite: {OrNothing(onSqlite)}<br>PostgreSQL: {OrNothing(onPostgres)}",
        _ => OrNothing(onSqlite),
    };

    private static string Code(string text) => $"`{text}`";

    private static string OrNothing(string text) => text.Length == 0 ? "nothing" : text;
}

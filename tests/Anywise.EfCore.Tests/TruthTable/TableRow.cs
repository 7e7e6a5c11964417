using System.Reflection;
using Anywise.EfCore.Tests.Support;

namespace Anywise.EfCore.Tests.TruthTable;

/// <summary>A row of the truth table with the test that plays it.</summary>
public sealed record TableRow(RowAttribute Row, MethodInfo Test)
{
    public static IReadOnlyList<TableRow> All { get; } =
    [
        .. from type in typeof(TableRow).Assembly.GetTypes()
           from test in type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
           from row in test.GetCustomAttributes<RowAttribute>()
           orderby TagOrder(row.Tags[0]).Letter, TagOrder(row.Tags[0]).Number, row.Tags[0], type.Name, test.MetadataToken
           select new TableRow(row, test),
    ];

    public Type TestClass => Test.DeclaringType!;

    /// <summary>A contract holds on both databases; other classes say in their names where they hold.</summary>
    public IReadOnlyList<string> Providers => TestClass switch
    {
        { IsAbstract: true } => ["SQLite", "PostgreSQL"],
        { Name: var name } when name.EndsWith("OnSqlite", StringComparison.Ordinal) => ["SQLite"],
        { Name: var name } when name.EndsWith("OnPostgres", StringComparison.Ordinal) => ["PostgreSQL"],
        { Name: nameof(AnInMemoryDatabase) } => ["InMemory"],
        _ => throw new InvalidOperationException($"'{TestClass.Name}' does not say on which database its rows hold. Let its name end with 'OnSqlite' or 'OnPostgres'."),
    };

    /// <summary>Handlers see something else than what is stored, because nobody can know better in the process.</summary>
    public bool IsLimit => Row.Seen != Row.Stored || Row.SeenOnPostgres != Row.StoredOnPostgres;


    private static (char Letter, int Number) TagOrder(string tag) =>
        (char.ToLowerInvariant(tag[0]), int.Parse(string.Concat(tag.Skip(1).TakeWhile(char.IsDigit)), System.Globalization.CultureInfo.InvariantCulture));
}

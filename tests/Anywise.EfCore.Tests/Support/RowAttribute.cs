using NUnit.Framework.Internal;

namespace Anywise.EfCore.Tests.Support;

/// <summary>
/// A row of the table in docs/when-ef-calls-us.md. The test plays the situation, and <see cref="ShopTest.AssertRowAsync"/> compares the
/// rest of the row with what happened; the name of the test is what the table says of Anywise.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RowAttribute(string tags, string situation) : Attribute
{
    private string? _storedOnPostgres;
    private string? _seen;
    private string? _seenOnPostgres;

    public IReadOnlyList<string> Tags { get; } = tags.Split(' ');

    public string Situation { get; } = situation;

    /// <summary>The calls of EF Core, in the codes of <see cref="EfCoreCalls.Legend"/>; null where they are not recorded.</summary>
    public string? EfCore { get; set; }

    /// <summary>Where PostgreSQL differs.</summary>
    public string? EfCoreOnPostgres { get; set; }

    /// <summary>The names of the rows that are in the database at the end, in the order in which their events were raised.</summary>
    public string Stored { get; set; } = "";

    /// <inheritdoc cref="EfCoreOnPostgres"/>
    public string StoredOnPostgres { get => _storedOnPostgres ?? Stored; set => _storedOnPostgres = value; }

    /// <summary>What the events that the handlers saw say is stored: set only where it is not what is stored.</summary>
    public string Seen { get => _seen ?? Stored; set => _seen = value; }

    /// <inheritdoc cref="EfCoreOnPostgres"/>
    public string SeenOnPostgres { get => _seenOnPostgres ?? _seen ?? StoredOnPostgres; set => _seenOnPostgres = value; }

    /// <summary>The row of the running test, if it has one.</summary>
    public static RowAttribute? OfRunningTest =>
        TestExecutionContext.CurrentContext.CurrentTest.Method?.GetCustomAttributes<RowAttribute>(inherit: true).SingleOrDefault();

    public static IReadOnlyList<string> NamesIn(string list) => list.Split(", ", StringSplitOptions.RemoveEmptyEntries);
}

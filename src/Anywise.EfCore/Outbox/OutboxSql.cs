namespace Anywise.EfCore.Outbox;

/// <summary>What the databases say differently.</summary>
/// <param name="now">Milliseconds since 1970 by the clock of the database.</param>
/// <param name="selected">Compares an id with those that a subquery finds; no two processes find the same one at the same time.</param>
/// <param name="anyOf">Compares an id with those in a parameter.</param>
/// <param name="parameter">The value of that parameter.</param>
/// <param name="position">What grows from row to row.</param>
internal sealed class OutboxSql(string now, string selected, string anyOf, Func<IEnumerable<Guid>, object> parameter, string position)
{
    // An UPDATE locks all of SQLite before its subquery runs.
    private static readonly OutboxSql Sqlite = new(
        "(CAST(unixepoch('subsec') * 1000 AS INTEGER))",
        "IN ({0})",
        "IN (SELECT value FROM json_each({0}))",
        static ids => "[" + string.Join(',', ids.Select(id => $"\"{id.ToString().ToUpperInvariant()}\"")) + "]",
        "rowid");

    private static readonly OutboxSql Postgres = new(
        "((EXTRACT(EPOCH FROM statement_timestamp()) * 1000)::bigint)",
        "= ANY(ARRAY({0} FOR UPDATE SKIP LOCKED))",
        "= ANY({0})",
        static ids => ids.ToArray(),
        $"\"{OutboxTable.Position}\"");

    public string Now { get; } = now;

    /// <summary>The place of a row in the order in which rows were written.</summary>
    public string Position { get; } = position;

    public bool IsPostgres => this == Postgres;

    public string Selected(string subquery) => string.Format(null, selected, subquery);

    public string AnyOf(string placeholder) => string.Format(null, anyOf, placeholder);

    public object Parameter(IEnumerable<Guid> ids) => parameter(ids);

    /// <exception cref="InvalidOperationException">There is no outbox for this database.</exception>
    public static OutboxSql Of(string? databaseProvider) => databaseProvider switch
    {
        "Microsoft.EntityFrameworkCore.Sqlite" => Sqlite,
        "Npgsql.EntityFrameworkCore.PostgreSQL" => Postgres,
        _ => throw Errors.NoOutboxForProvider(databaseProvider),
    };
}

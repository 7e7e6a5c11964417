using static Anywise.EfCore.Outbox.OutboxTable;

namespace Anywise.EfCore.Outbox;

/// <summary>What the databases say differently.</summary>
internal abstract class OutboxSql
{
    private static readonly OutboxSql Sqlite = new OfSqlite();
    private static readonly OutboxSql Postgres = new OfPostgres();

    /// <summary>Milliseconds since 1970 by the clock of the database.</summary>
    public abstract string Now { get; }

    /// <summary>The place of a row in the order in which rows were written.</summary>
    public abstract string Position { get; }

    public bool IsPostgres => this == Postgres;

    /// <exception cref="InvalidOperationException">There is no outbox for this database.</exception>
    public static OutboxSql Of(string? databaseProvider) => databaseProvider switch
    {
        "Microsoft.EntityFrameworkCore.Sqlite" => Sqlite,
        "Npgsql.EntityFrameworkCore.PostgreSQL" => Postgres,
        _ => throw Errors.NoOutboxForProvider(databaseProvider),
    };

    /// <summary>Updates the rows that a query finds, and returns them; no two processes find the same one at the same time.</summary>
    /// <param name="table">The table.</param>
    /// <param name="set">The new values.</param>
    /// <param name="due">A query for the id of rows and the time at which they are due.</param>
    /// <param name="isBacklog">There are more than a few.</param>
    public abstract string Take(string table, string set, string due, bool isBacklog);

    /// <summary>Compares an id with those in a parameter.</summary>
    public abstract string AnyOf(string placeholder);

    /// <summary>The value of that parameter.</summary>
    public abstract object Parameter(IEnumerable<Guid> ids);

    /// <summary>An UPDATE locks all of the database before its subquery runs, and what it takes out of an index is gone at once.</summary>
    private sealed class OfSqlite : OutboxSql
    {
        public override string Now => "(CAST(unixepoch('subsec') * 1000 AS INTEGER))";

        public override string Position => "rowid";

        public override string Take(string table, string set, string due, bool isBacklog) => $"""
            UPDATE {table} SET {set} WHERE "{Id}" IN (SELECT "{Id}" FROM ({due})) RETURNING "{Id}", "{Attempt}", "{Payload}", "{Progress}", 0 AS "{nameof(OutboxRow.WasDueAt)}", 0 AS "{nameof(OutboxRow.DueIn)}"
            """;

        public override string AnyOf(string placeholder) => $"IN (SELECT value FROM json_each({placeholder}))";

        public override object Parameter(IEnumerable<Guid> ids) => "[" + string.Join(',', ids.Select(id => $"\"{id.ToString().ToUpperInvariant()}\"")) + "]";
    }

    private sealed class OfPostgres : OutboxSql
    {
        /// <summary>
        /// A table that is empty most of the time has statistics that say so. With them PostgreSQL would read and sort a whole backlog for each claim,
        /// and look for its rows in the whole table. Until the end of the statements that are sent together, it can only walk along the indexes.
        /// </summary>
        private const string AlongIndexes = """
            DO $$ BEGIN PERFORM set_config(plan, 'off', true)
            FROM unnest(ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_hashjoin', 'enable_mergejoin']) AS plan; END $$;

            """;

        public override string Now => "((EXTRACT(EPOCH FROM statement_timestamp()) * 1000)::bigint)";

        public override string Position => $"\"{OutboxTable.Position}\"";

        public override string Take(string table, string set, string due, bool isBacklog) => (isBacklog ? AlongIndexes : "") + $"""
            WITH due AS MATERIALIZED ({due} FOR UPDATE SKIP LOCKED)
            UPDATE {table} AS taken SET {set} FROM due WHERE taken."{Id}" = due."{Id}"
            RETURNING taken."{Id}", "{Attempt}", "{Payload}", "{Progress}", due."{DueAt}" AS "{nameof(OutboxRow.WasDueAt)}", 0::bigint AS "{nameof(OutboxRow.DueIn)}"
            """;

        public override string AnyOf(string placeholder) => $"= ANY({placeholder})";

        public override object Parameter(IEnumerable<Guid> ids) => ids.ToArray();
    }
}

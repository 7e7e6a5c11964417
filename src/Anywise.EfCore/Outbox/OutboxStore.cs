using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using static Anywise.EfCore.Outbox.OutboxTable;

namespace Anywise.EfCore.Outbox;

/// <summary>Every statement on the table of an outbox but the insert, which is part of the save. Thread-safe.</summary>
internal sealed class OutboxStore(OutboxDatabase database)
{
    private readonly string _table = database.Table;
    private readonly OutboxSql _sql = database.Sql;
    private readonly long _lease = (long)database.Options.Lease.TotalMilliseconds;
    private readonly OneAtATime _turns = new();

    /// <summary>Takes rows that are due and belong to nobody, the earliest first, and returns them with their new <see cref="Attempt"/>.</summary>
    /// <param name="max">How many at most.</param>
    /// <param name="from">Where to begin: <see cref="OutboxRow.WasDueAt"/> of the last one taken, since PostgreSQL walks past all that it has taken from the front of an index.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<OutboxRow>> ClaimAsync(int max, long from, CancellationToken cancellationToken)
    {
        var due = $$"""
            SELECT "{{Id}}", "{{DueAt}}" FROM {{_table}} AS due
            WHERE "{{DueAt}}" >= {0} AND "{{DueAt}}" <= {{_sql.Now}} AND ("{{Attempt}}" > 0 OR "{{DueAt}}" <= {{_sql.Now}} - {{_lease}}){{InTurn("due")}}
            ORDER BY "{{DueAt}}" LIMIT {{max}}
            """;
        var claim = _sql.Take(_table, $"\"{Attempt}\" = \"{Attempt}\" + 1, \"{DueAt}\" = {_sql.Now} + {_lease}", due, isBacklog: from > 0);
        return await QueryAsync<OutboxRow>(claim, [from], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The time until a row is due, which is no more than zero if one is; null if there is none, or only dead ones.</summary>
    public async Task<TimeSpan?> TimeUntilDueAsync(CancellationToken cancellationToken)
    {
        var untilDue = $"""
            SELECT MIN(CASE WHEN "{Attempt}" = 0 THEN "{DueAt}" + {_lease} ELSE "{DueAt}" END) - {_sql.Now} AS "Value"
            FROM (SELECT "{Attempt}", "{DueAt}" FROM {_table} AS due WHERE "{DueAt}" < {Never}{InTurn("due")} ORDER BY "{DueAt}" LIMIT 1000) AS earliest
            """;
        var milliseconds = await QueryAsync<long?>(untilDue, [], cancellationToken).ConfigureAwait(false);
        return milliseconds[0] is { } wait ? TimeSpan.FromMilliseconds(wait) : null;
    }

    /// <summary>Takes a row that this process has just saved, or leaves it to a relay if earlier ones of its aggregate are there.</summary>
    /// <returns>Whether it is this process's.</returns>
    public async Task<bool> TakeInTurnAsync(OutboxLease lease)
    {
        var take = $$"""
            UPDATE {{_table}} AS saved SET "{{Attempt}}" = "{{Attempt}}" + 1, "{{Progress}}" = {2},
                "{{DueAt}}" = CASE WHEN {{Earlier("saved")}} THEN {{_sql.Now}} ELSE {{_sql.Now}} + {{_lease}} END
            WHERE "{{Id}}" = {0} AND "{{Attempt}}" = {1} RETURNING "{{DueAt}}" - {{_sql.Now}} AS "Value"
            """;
        var untouched = OutboxProgress.Untouched(lease.Attempt + 1, lease.Events.Count).ToJson(); // to wait is not to crash
        var left = await QueryAsync<long>(take, [lease.Id, lease.Attempt, untouched], CancellationToken.None).ConfigureAwait(false);
        return left is [> 0];
    }

    /// <summary>Writes down how far a row has come, and keeps it.</summary>
    /// <returns>False if another process has it.</returns>
    public async Task<bool> NoteAsync(OutboxLease lease, OutboxProgress progress)
    {
        var note = $$"""UPDATE {{_table}} SET "{{Progress}}" = {0} WHERE "{{Id}}" = {1} AND "{{Attempt}}" = {2}""";
        return await ExecuteAsync(note, [progress.ToJson(), lease.Id, lease.Attempt], CancellationToken.None).ConfigureAwait(false) == 1;
    }

    /// <summary>Prolongs leases, and returns the ids of those that are still held.</summary>
    public async Task<List<Guid>> RenewAsync(IEnumerable<Guid> ids, int attempt, CancellationToken cancellationToken)
    {
        var dueAt = attempt == 0 ? _sql.Now : $"{_sql.Now} + {_lease}";
        var renew = $"""
            UPDATE {_table} SET "{DueAt}" = {dueAt} WHERE "{Attempt}" = {attempt} AND "{Id}" {_sql.AnyOf("{0}")} RETURNING "{Id}" AS "Value"
            """;
        return await QueryAsync<Guid>(renew, [_sql.Parameter(ids)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All handlers have succeeded.</summary>
    public async Task DeleteAsync(IEnumerable<Guid> ids, int attempt)
    {
        var delete = $"""DELETE FROM {_table} WHERE "{Attempt}" = {attempt} AND "{Id}" {_sql.AnyOf("{0}")}""";
        await ExecuteAsync(delete, [_sql.Parameter(ids)], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Not all handlers have succeeded: lets go of the row until it is due again. Does nothing if another process has it.</summary>
    /// <param name="lease">The row.</param>
    /// <param name="remaining">Who has not succeeded.</param>
    /// <param name="wait">For how long; null if what remains is dead.</param>
    public async Task ReleaseAsync(OutboxLease lease, IReadOnlyList<RemainingHandler> remaining, TimeSpan? wait)
    {
        var dueAt = wait is { } time ? $"{_sql.Now} + {(long)time.TotalMilliseconds}" : $"{Never}";
        var release = $$"""
            UPDATE {{_table}} SET "{{Attempt}}" = "{{Attempt}}" + 1, "{{DueAt}}" = {{dueAt}}, "{{Progress}}" = {0}, "{{Dead}}" = {1}
            WHERE "{{Id}}" = {2} AND "{{Attempt}}" = {3}
            """;
        var progress = new OutboxProgress(lease.Attempt + 1, remaining).ToJson();
        await ExecuteAsync(release, [progress, remaining.Count(one => one.IsDead), lease.Id, lease.Attempt], CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<OutboxCounts> CountAsync(CancellationToken cancellationToken)
    {
        var count = $"""
            SELECT COUNT(CASE WHEN "{DueAt}" < {Never} THEN 1 END) AS "Waiting", COUNT(CASE WHEN "{Dead}" > 0 THEN 1 END) AS "Dead",
                {_sql.Now} - MIN(CASE WHEN "{DueAt}" < {Never}{InTurn("outbox")} THEN CASE WHEN "{Attempt}" = 0 THEN "{DueAt}" + {_lease} ELSE "{DueAt}" END END) AS "OldestDue"
            FROM {_table} AS outbox
            """;
        var counted = (await QueryAsync<OutboxCount>(count, [], cancellationToken).ConfigureAwait(false))[0];
        return new OutboxCounts(counted.Waiting, counted.Dead, counted.OldestDue is > 0 and var due ? TimeSpan.FromMilliseconds(due) : null);
    }

    public Task<List<OutboxRow>> FindDeadAsync(int max, Guid after, CancellationToken cancellationToken)
    {
        var find = $$"""SELECT {{RowColumns}} FROM {{_table}} WHERE "{{Dead}}" > 0 AND "{{Id}}" > {0} ORDER BY "{{Id}}" LIMIT {1}""";
        return QueryAsync<OutboxRow>(find, [after, max], cancellationToken);
    }

    public async Task<OutboxRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var find = $"""SELECT {RowColumns} FROM {_table} WHERE "{Id}" = """ + "{0}";
        return (await QueryAsync<OutboxRow>(find, [id], cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>Somebody has changed what remains to be done: the row is due, or gone if that is nothing.</summary>
    /// <returns>False if the row has been taken since it was read.</returns>
    public async Task<bool> ReviseAsync(OutboxRow row, IReadOnlyList<RemainingHandler> remaining, CancellationToken cancellationToken)
    {
        var update = $$"""
            UPDATE {{_table}} SET "{{Attempt}}" = "{{Attempt}}" + 1, "{{DueAt}}" = {{_sql.Now}}, "{{Progress}}" = {2}, "{{Dead}}" = {3}
            WHERE "{{Id}}" = {0} AND "{{Attempt}}" = {1}
            """;
        var progress = new OutboxProgress(row.Attempt + 1, remaining).ToJson();
        return await ExecuteAsync(
            remaining.Count == 0 ? DeleteRow : update, [row.Id, row.Attempt, progress, remaining.Count(one => one.IsDead)], cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Writes down, in the transaction of a handler, what remains when that commits, and takes the row anew.</summary>
    /// <returns>Whether the lease is still held: if not, another process is handling the event, and the transaction must not commit.</returns>
    public async Task<bool> MarkAsync(DbContext handlers, OutboxLease lease, IReadOnlyList<RemainingHandler> remaining)
    {
        var update = $$"""
            UPDATE {{_table}} SET "{{Attempt}}" = "{{Attempt}}" + 1, "{{DueAt}}" = {{_sql.Now}} + {{_lease}}, "{{Progress}}" = {2} WHERE "{{Id}}" = {0} AND "{{Attempt}}" = {1}
            """;
        var written = await handlers.Database.ExecuteSqlRawAsync(
            remaining.Count == 0 ? DeleteRow : update, lease.Id, lease.Attempt, new OutboxProgress(lease.Attempt + 1, remaining).ToJson()).ConfigureAwait(false);
        return written == 1;
    }

    private string DeleteRow => $$"""DELETE FROM {{_table}} WHERE "{{Id}}" = {0} AND "{{Attempt}}" = {1}""";

    private string InTurn(string row) => database.Options.PreservesOrder ? $" AND NOT {Earlier(row)}" : "";

    private string Earlier(string row) =>
        $"""EXISTS (SELECT 1 FROM {_table} AS earlier WHERE earlier."{OutboxTable.Stream}" = {row}."{OutboxTable.Stream}" AND earlier.{_sql.Position} < {row}.{_sql.Position})""";

    private string RowColumns =>
        $"\"{Id}\", \"{Attempt}\", \"{Payload}\", \"{Progress}\", \"{DueAt}\" AS \"{nameof(OutboxRow.WasDueAt)}\", \"{DueAt}\" - {_sql.Now} AS \"{nameof(OutboxRow.DueIn)}\"";

    private Task<List<TRow>> QueryAsync<TRow>(string query, object[] parameters, CancellationToken cancellationToken) =>
        UseAsync(connected => connected.SqlQueryRaw<TRow>(query, parameters).ToListAsync(cancellationToken));

    private Task<int> ExecuteAsync(string statement, object[] parameters, CancellationToken cancellationToken) =>
        UseAsync(connected => connected.ExecuteSqlRawAsync(statement, parameters, cancellationToken));

    /// <summary>On SQLite one after the other, since who finds the file locked sleeps.</summary>
    private async Task<TResult> UseAsync<TResult>(Func<DatabaseFacade, Task<TResult>> use)
    {
        if (_sql.IsPostgres)
        {
            return await ConnectAsync().ConfigureAwait(false);
        }

        TResult result = default!;
        await _turns.RunAsync(async () => result = await ConnectAsync().ConfigureAwait(false)).ConfigureAwait(false);
        return result;

        async Task<TResult> ConnectAsync()
        {
            var context = database.Connect();
            await using (context.ConfigureAwait(false))
            {
                try
                {
                    return await use(context.Database).ConfigureAwait(false);
                }
                catch (Exception failure) when (OutdatedTable.ErrorOf(failure, database.ContextType) is { } error)
                {
                    throw error;
                }
            }
        }
    }
}

/// <summary>See <see cref="OutboxCounts"/>; the age in milliseconds.</summary>
internal sealed class OutboxCount
{
    public long Waiting { get; set; }

    public long Dead { get; set; }

    public long? OldestDue { get; set; }
}

using System.Data.Common;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.Crashes.Worker;

/// <summary>Kills this process, or makes it stop, at a moment.</summary>
internal sealed class Fate(WorkerSettings settings, Journal journal)
{
    private int _left = settings.Times;

    /// <param name="moment">Where it is.</param>
    /// <param name="held">What only the row that it has in its hands says, if that is known.</param>
    public void Reaches(Moment moment, string held = "")
    {
        if (moment != settings.Moment || Interlocked.Decrement(ref _left) != 0)
        {
            return;
        }

        if (settings.OnlyPauses)
        {
            journal.Paused(held);
            using var stop = Process.Start("/bin/sh", ["-c", $"kill -STOP {Environment.ProcessId}"]);
            stop.WaitForExit();
        }
        else
        {
            Process.GetCurrentProcess().Kill(); // without finally, flush or goodbye
        }
    }
}

/// <summary>Knows the moments by the statements on the outbox.</summary>
internal sealed class FateOfStatements(Fate fate) : DbCommandInterceptor
{
    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (Says(command, "INSERT INTO"))
        {
            fate.Reaches(Moment.AfterInsert);
        }
        else if (Says(command, "UPDATE"))
        {
            fate.Reaches(Moment.AfterClaim);
        }

        return new(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Says(command, "UPDATE") || Says(command, "DELETE FROM"))
        {
            fate.Reaches(IsMark(command) ? Moment.BeforeMark : Moment.BeforeCompletion, RowOf(command));
        }

        return new(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (Says(command, "DELETE FROM") && !IsMark(command))
        {
            fate.Reaches(Moment.AfterCompletion);
        }

        return new(result);
    }

    /// <summary>A handler's mark is part of its transaction.</summary>
    private static bool IsMark(DbCommand command) => command.Transaction is not null;

    /// <summary>The first of those that are deleted together, or the only one; on PostgreSQL.</summary>
    private static string RowOf(DbCommand command) =>
        command.Parameters.Cast<DbParameter>().Select(parameter => parameter.Value switch { Guid[] rows => $"{rows[0]}", Guid row => $"{row}", _ => "" }).FirstOrDefault(row => row != "", "");

    private static bool Says(DbCommand command, string order) => command.CommandText.Contains($"{order} \"AnywiseOutbox\"", StringComparison.Ordinal);
}

/// <summary>Knows the moments by the transactions: of who places an order, and of handlers.</summary>
internal sealed class FateOfTransactions(Fate fate) : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        fate.Reaches(OrderOf(eventData.Context!) is null ? Moment.BeforeCommitOfMark : Moment.BeforeCommit);
        return new(result);
    }

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (OrderOf(eventData.Context!) is { } order)
        {
            fate.Reaches(Moment.AfterCommit, order.LastStep.Text());
        }
        else
        {
            fate.Reaches(Moment.AfterHandler);
        }

        return Task.CompletedTask;
    }

    /// <summary>Null in the context of a handler.</summary>
    private static Order? OrderOf(DbContext context) => context.ChangeTracker.Entries<Order>().FirstOrDefault()?.Entity;
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>What an interceptor of the application can be told, in the codes of <see cref="EfCoreCalls.Legend"/>.</summary>
public sealed class EfCoreHooks(EfCoreCalls calls) : ISaveChangesInterceptor, IDbTransactionInterceptor, IDbCommandInterceptor
{
    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        calls.Tell("SaS", eventData);
        return calls.AnswerToSave is { } rows ? InterceptionResult<int>.SuppressWithResult(rows) : result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("SaS", eventData, cancellationToken);
        return calls.AnswerToSave is { } rows ? InterceptionResult<int>.SuppressWithResult(rows) : result;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        calls.Tell("SaD", eventData);
        return result;
    }

    public async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("SaD", eventData, cancellationToken);
        return result;
    }

    public void SaveChangesFailed(DbContextErrorEventData eventData) => calls.Tell("SaF", eventData);

    public Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("SaF", eventData, cancellationToken);

    public void SaveChangesCanceled(DbContextEventData eventData) => calls.Tell("SaC", eventData);

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("SaC", eventData, cancellationToken);

    public InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        calls.Tell("conflict", eventData);
        return calls.IgnoresConflicts ? InterceptionResult.Suppress() : result;
    }

    public async ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("conflict", eventData, cancellationToken);
        return calls.IgnoresConflicts ? InterceptionResult.Suppress() : result;
    }

    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        calls.Tell("Tx+", eventData);
        return result;
    }

    public async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("Tx+", eventData, cancellationToken);
        return result;
    }

    public DbTransaction TransactionUsed(DbConnection connection, TransactionEventData eventData, DbTransaction result)
    {
        calls.Tell("TxU", eventData);
        return result;
    }

    public async ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("TxU", eventData, cancellationToken);
        return result;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        calls.Tell("Cing", eventData);
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await calls.TellAsync("Cing", eventData, cancellationToken);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => calls.Tell("C", eventData);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("C", eventData, cancellationToken);

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => calls.Tell("Rb", eventData);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("Rb", eventData, cancellationToken);

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => calls.Tell($"TF({eventData.Action})", eventData);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync($"TF({eventData.Action})", eventData, cancellationToken);

    public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => calls.Tell("sp+", eventData);

    public Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("sp+", eventData, cancellationToken);

    public void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData) => calls.Tell("sp-", eventData);

    public Task ReleasedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("sp-", eventData, cancellationToken);

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) => calls.Tell("spRb", eventData);

    public Task RolledBackToSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        calls.TellAsync("spRb", eventData, cancellationToken);

    public InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        TellCommand(eventData);
        return result;
    }

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await TellCommandAsync(eventData, cancellationToken);
        return result;
    }

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        TellCommand(eventData);
        return result;
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await TellCommandAsync(eventData, cancellationToken);
        return result;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => TellFailure(eventData);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        TellFailure(eventData);
        return Task.CompletedTask;
    }

    private void TellFailure(CommandErrorEventData eventData)
    {
        if (eventData.CommandSource == CommandSource.SaveChanges)
        {
            calls.Note("cmdFail");
        }
    }

    private void TellCommand(CommandEventData eventData) => TellCommandAsync(eventData, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Not the queries: those of a test say nothing about its situation.</summary>
    private Task TellCommandAsync(CommandEventData eventData, CancellationToken cancellationToken) => eventData.CommandSource switch
    {
        CommandSource.SaveChanges => calls.TellAsync("cmd", eventData, cancellationToken),
        CommandSource.ExecuteSqlRaw => calls.TellAsync("sql", eventData, cancellationToken),
        CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete => calls.TellAsync("bulk", eventData, cancellationToken),
        _ => Task.CompletedTask,
    };
}

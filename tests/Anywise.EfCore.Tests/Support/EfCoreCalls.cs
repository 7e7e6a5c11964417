using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>
/// Writes down what EF Core tells interceptors, in short codes, and lets a test do something at that moment, as an interceptor of the
/// application could. <see cref="Legend"/> explains the codes.
/// </summary>
public sealed class EfCoreCalls : ISaveChangesInterceptor, IDbTransactionInterceptor, IDbCommandInterceptor
{
    public static readonly IReadOnlyList<(string Code, string Meaning)> Legend =
    [
        ("SaS", "`SavingChanges`"),
        ("SaD", "`SavedChanges`"),
        ("SaF", "`SaveChangesFailed`"),
        ("SaC", "`SaveChangesCanceled`"),
        ("conflict", "`ThrowingConcurrencyException`"),
        ("Tx+", "`TransactionStarted`"),
        ("TxU", "`TransactionUsed`"),
        ("Cing", "`TransactionCommitting` without `TransactionCommitted`"),
        ("C", "`TransactionCommitting` and `TransactionCommitted`"),
        ("Rb", "`TransactionRolledBack`"),
        ("TF(x)", "`TransactionFailed`, of the action x"),
        ("sp+", "`CreatedSavepoint`"),
        ("sp-", "`ReleasedSavepoint`"),
        ("spRb", "`RolledBackToSavepoint`"),
        ("~disp", "the transaction is disposed; no interceptor is told, only the log"),
        ("cmd", "commands of a save"),
        ("cmdFail", "`CommandFailed`, of a save"),
        ("sql", "a command of `ExecuteSql`"),
        ("bulk", "a command of `ExecuteUpdate` or `ExecuteDelete`"),
        ("event x", "the event `x` of the context or of its change tracker, where the row listens to them"),
        ("**H**", "Anywise calls the handlers of one or more events"),
    ];

    private readonly List<string> _told = [];
    private readonly List<(string Code, Func<DbContext, CancellationToken, Task> Reaction)> _reactions = [];

    /// <summary>Everything so far. Commands, and handlers, in a row count as one.</summary>
    public string Told
    {
        get
        {
            lock (_told)
            {
                return string.Join(' ', _told);
            }
        }
    }

    /// <summary>A save is answered with this number, and does not reach the database.</summary>
    public int? AnswerToSave { get; set; }

    /// <summary>A conflict is not thrown.</summary>
    public bool IgnoresConflicts { get; set; }

    /// <summary>Does something the next time that EF Core tells this, after writing it down.</summary>
    public void When(string code, Func<DbContext, CancellationToken, Task> reaction) => _reactions.Add((code, reaction));

    /// <inheritdoc cref="When(string, Func{DbContext, CancellationToken, Task})"/>
    public void When(string code, Action<DbContext> reaction) => When(code, (context, _) =>
    {
        reaction(context);
        return Task.CompletedTask;
    });

    public void Forget()
    {
        lock (_told)
        {
            _told.Clear();
        }
    }

    public void Note(string code)
    {
        lock (_told)
        {
            if (code == "C")
            {
                _told.RemoveAt(_told.FindLastIndex(told => told == "Cing"));
            }

            if (code is not ("cmd" or "**H**") || _told.LastOrDefault() != code)
            {
                _told.Add(code);
            }
        }
    }

    /// <summary>Connects this with the options of a context.</summary>
    public void AddTo(DbContextOptionsBuilder options) => options
        .AddInterceptors(this)
        .LogTo((id, _) => id == RelationalEventId.TransactionDisposed, _ => Note("~disp"));

    /// <summary>Also writes down what a context tells its own subscribers.</summary>
    public void ListenTo(DbContext context)
    {
        context.SavingChanges += (_, _) => Note("event SavingChanges");
        context.SavedChanges += (_, _) => Note("event SavedChanges");
        context.SaveChangesFailed += (_, _) => Note("event SaveChangesFailed");
        context.ChangeTracker.DetectingAllChanges += (_, _) => Note("event DetectingAllChanges");
        context.ChangeTracker.DetectedAllChanges += (_, _) => Note("event DetectedAllChanges");
    }

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Tell("SaS", eventData);
        return AnswerToSave is { } rows ? InterceptionResult<int>.SuppressWithResult(rows) : result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await TellAsync("SaS", eventData, cancellationToken);
        return AnswerToSave is { } rows ? InterceptionResult<int>.SuppressWithResult(rows) : result;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Tell("SaD", eventData);
        return result;
    }

    public async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        await TellAsync("SaD", eventData, cancellationToken);
        return result;
    }

    public void SaveChangesFailed(DbContextErrorEventData eventData) => Tell("SaF", eventData);

    public Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("SaF", eventData, cancellationToken);

    public void SaveChangesCanceled(DbContextEventData eventData) => Tell("SaC", eventData);

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("SaC", eventData, cancellationToken);

    public InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        Tell("conflict", eventData);
        return IgnoresConflicts ? InterceptionResult.Suppress() : result;
    }

    public async ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await TellAsync("conflict", eventData, cancellationToken);
        return IgnoresConflicts ? InterceptionResult.Suppress() : result;
    }

    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        Tell("Tx+", eventData);
        return result;
    }

    public async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await TellAsync("Tx+", eventData, cancellationToken);
        return result;
    }

    public DbTransaction TransactionUsed(DbConnection connection, TransactionEventData eventData, DbTransaction result)
    {
        Tell("TxU", eventData);
        return result;
    }

    public async ValueTask<DbTransaction> TransactionUsedAsync(
        DbConnection connection, TransactionEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await TellAsync("TxU", eventData, cancellationToken);
        return result;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        Tell("Cing", eventData);
        return result;
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await TellAsync("Cing", eventData, cancellationToken);
        return result;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Tell("C", eventData);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("C", eventData, cancellationToken);

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Tell("Rb", eventData);

    public Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("Rb", eventData, cancellationToken);

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => Tell($"TF({eventData.Action})", eventData);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync($"TF({eventData.Action})", eventData, cancellationToken);

    public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => Tell("sp+", eventData);

    public Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("sp+", eventData, cancellationToken);

    public void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData) => Tell("sp-", eventData);

    public Task ReleasedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("sp-", eventData, cancellationToken);

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) => Tell("spRb", eventData);

    public Task RolledBackToSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default) =>
        TellAsync("spRb", eventData, cancellationToken);

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
            Note("cmdFail");
        }
    }

    private void TellCommand(CommandEventData eventData) => TellCommandAsync(eventData, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Not the queries: those of a test say nothing about its situation.</summary>
    private Task TellCommandAsync(CommandEventData eventData, CancellationToken cancellationToken) => eventData.CommandSource switch
    {
        CommandSource.SaveChanges => TellAsync("cmd", eventData, cancellationToken),
        CommandSource.ExecuteSqlRaw => TellAsync("sql", eventData, cancellationToken),
        CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete => TellAsync("bulk", eventData, cancellationToken),
        _ => Task.CompletedTask,
    };

    /// <summary>The reactions to a synchronous call are synchronous, too.</summary>
    private void Tell(string code, DbContextEventData eventData) => TellAsync(code, eventData, CancellationToken.None).GetAwaiter().GetResult();

    private async Task TellAsync(string code, DbContextEventData eventData, CancellationToken cancellationToken)
    {
        Note(code);
        var index = _reactions.FindIndex(reaction => reaction.Code == code);
        if (index >= 0)
        {
            var reaction = _reactions[index].Reaction;
            _reactions.RemoveAt(index);
            await reaction(eventData.Context!, cancellationToken);
        }
    }
}

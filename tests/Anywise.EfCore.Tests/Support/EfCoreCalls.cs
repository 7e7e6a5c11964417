using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Support;

/// <summary>
/// Writes down what EF Core tells interceptors, in short codes, and lets a test do something at that moment, as an interceptor of the
/// application could. <see cref="Legend"/> explains the codes.
/// </summary>
public sealed class EfCoreCalls
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
        ("H", "Anywise calls the handlers of one or more events"),
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

            if (code is not ("cmd" or "H") || _told.LastOrDefault() != code)
            {
                _told.Add(code);
            }
        }
    }

    /// <summary>Connects this with the options of a context.</summary>
    public void AddTo(DbContextOptionsBuilder options) => options
        .AddInterceptors(new EfCoreHooks(this))
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

    /// <summary>EF Core calls; the reactions to a synchronous call are synchronous, too.</summary>
    public void Tell(string code, DbContextEventData eventData) => TellAsync(code, eventData, CancellationToken.None).GetAwaiter().GetResult();

    public async Task TellAsync(string code, DbContextEventData eventData, CancellationToken cancellationToken)
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

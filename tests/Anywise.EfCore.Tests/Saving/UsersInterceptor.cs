using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Saving;

/// <summary>What an application does around its saves, as the test says.</summary>
internal sealed class UsersInterceptor : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public Action<DbContext> WhenSaving { get; set; } = static _ => { };

    public Action WhenSaved { get; set; } = static () => { };

    public Action WhenCommitted { get; set; } = static () => { };

    public bool Suppress { get; set; }

    public void Reset() => (WhenSaving, WhenSaved, Suppress) = (static _ => { }, static () => { }, false);

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => WhenCommitted();

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        WhenCommitted();
        return Task.CompletedTask;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        WhenSaving(eventData.Context!);
        return Suppress ? InterceptionResult<int>.SuppressWithResult(42) : result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        WhenSaved();
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(SavedChanges(eventData, result));
}

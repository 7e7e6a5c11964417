using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Tests.Support;

/// <summary>EF Core has each call twice; a contract holds for both.</summary>
public enum Calls
{
    Sync,
    Async,
}

public static class CallsExtensions
{
    public static async Task<int> SaveAsync(this Calls calls, DbContext context, bool acceptAllChanges = true) =>
        calls == Calls.Sync ? context.SaveChanges(acceptAllChanges) : await context.SaveChangesAsync(acceptAllChanges);

    public static async Task<IDbContextTransaction> BeginAsync(this Calls calls, DbContext context) =>
        calls == Calls.Sync ? context.Database.BeginTransaction() : await context.Database.BeginTransactionAsync();

    public static Task CommitAsync(this Calls calls, IDbContextTransaction transaction) =>
        calls.Do(transaction.Commit, () => transaction.CommitAsync());

    public static Task RollbackAsync(this Calls calls, IDbContextTransaction transaction) =>
        calls.Do(transaction.Rollback, () => transaction.RollbackAsync());

    public static Task CreateSavepointAsync(this Calls calls, IDbContextTransaction transaction, string name) =>
        calls.Do(() => transaction.CreateSavepoint(name), () => transaction.CreateSavepointAsync(name));

    public static Task RollbackToAsync(this Calls calls, IDbContextTransaction transaction, string name) =>
        calls.Do(() => transaction.RollbackToSavepoint(name), () => transaction.RollbackToSavepointAsync(name));

    public static Task ReleaseAsync(this Calls calls, IDbContextTransaction transaction, string name) =>
        calls.Do(() => transaction.ReleaseSavepoint(name), () => transaction.ReleaseSavepointAsync(name));

    public static Task DisposeAsync(this Calls calls, IDbContextTransaction transaction) =>
        calls.Do(transaction.Dispose, () => transaction.DisposeAsync().AsTask());

    public static Task DisposeAsync(this Calls calls, DbContext context) =>
        calls.Do(context.Dispose, () => context.DisposeAsync().AsTask());

    /// <summary>The one call or the other.</summary>
    public static async Task<T> Of<T>(this Calls calls, Func<T> sync, Func<Task<T>> async) => calls == Calls.Sync ? sync() : await async();

    private static Task Do(this Calls calls, Action sync, Func<Task> async)
    {
        if (calls == Calls.Async)
        {
            return async();
        }

        sync();
        return Task.CompletedTask;
    }
}

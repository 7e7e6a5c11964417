using Anywise.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Allocation.Handlers;

/// <summary>Sends a command in a unit of work of its own, and again in a fresh one when another unit of work was faster.</summary>
public sealed class CommandSender(IServiceScopeFactory scopes, TimeProvider time, Random random)
{
    private const int MaxAttempts = 6;
    private const int PrimaryKeyTaken = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY
    private const int UniqueKeyTaken = 2067; // SQLITE_CONSTRAINT_UNIQUE
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);

    public async Task SendAsync(ICommand command, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IDispatcher>().SendAsync(command, cancellationToken);
                return;
            }
            catch (DbUpdateException conflict) when (attempt < MaxAttempts && IsConflict(conflict))
            {
                // By chance, so that those who met do not meet again.
                await Task.Delay(FirstPause * (1 << attempt) * random.NextDouble(), time, cancellationToken);
            }
        }
    }

    /// <summary>Whether somebody else changed the same product, or created the same product or batch, at the same time.</summary>
    public static bool IsConflict(Exception exception) => exception is DbUpdateConcurrencyException
        or DbUpdateException { InnerException: SqliteException { SqliteExtendedErrorCode: PrimaryKeyTaken or UniqueKeyTaken } };
}

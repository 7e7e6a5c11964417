using Allocation.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Allocation.Tests.Support;

/// <summary>Somebody who changes the same product on another connection, just before a save of ours.</summary>
/// <param name="database">The same database.</param>
/// <param name="isFaster">Whether the rival comes before the first, second, ... save that changes a product.</param>
public sealed class Rival(TestDatabase database, Func<int, bool> isFaster) : SaveChangesInterceptor
{
    public int Saves { get; private set; }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context!.ChangeTracker.Entries<Product>().Any(product => product.State == EntityState.Modified) && isFaster(++Saves))
        {
            await using var connection = database.Connect();
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "UPDATE products SET version_number = version_number + 1";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return result;
    }
}

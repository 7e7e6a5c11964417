using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Counts those that EF Core makes by itself.</summary>
internal sealed class Savepoints : DbTransactionInterceptor
{
    public int Count { get; private set; }

    public override Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        Count++;
        return Task.CompletedTask;
    }
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>The database has committed, and the application does not hear of it.</summary>
internal sealed class LostAnswer : DbTransactionInterceptor
{
    public bool IsArmed { get; set; }

    public Exception Failure { get; init; } = new InvalidOperationException("lost");

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsArmed)
        {
            IsArmed = false;
            throw Failure;
        }

        return Task.CompletedTask;
    }
}

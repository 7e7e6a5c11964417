using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Anywise.LoadTest;

/// <summary>
/// Notes when an operation was committed: when its transaction was, or, where it had none of its own, when the answer to its statements was read.
/// All variants with EF Core carry it.
/// </summary>
internal sealed class CommitMoment(Measurement measurement) : DbCommandInterceptor, IDbTransactionInterceptor
{
    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Note(eventData);
        return result;
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Note(eventData);
        return Task.CompletedTask;
    }

    private void Note(DbContextEventData eventData)
    {
        if (eventData.Context is LoadContext { Timed: > 0 and var number })
        {
            measurement.Block.Committed(number);
        }
    }
}

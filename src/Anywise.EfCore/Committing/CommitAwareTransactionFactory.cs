using System.Data.Common;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>Wraps the transactions of the database provider: interceptors are told neither the names of savepoints nor of a disposal without commit.</summary>
internal sealed class CommitAwareTransactionFactory(
    Decorated<IRelationalTransactionFactory> provider, RelationalTransactionFactoryDependencies dependencies) : IRelationalTransactionFactory
{
    public RelationalTransaction Create(
        IRelationalConnection connection,
        DbTransaction transaction,
        Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger,
        bool transactionOwned)
    {
        var origin = new TransactionOrigin(connection, transaction, transactionId, logger, transactionOwned);
        var inner = provider.Inner.Create(connection, transaction, transactionId, logger, transactionOwned);
        var log = CommitLogs.Open(origin);
        var aware = new CommitAwareTransaction(origin, dependencies, inner, log);
        log.Joined(aware);
        return aware;
    }
}

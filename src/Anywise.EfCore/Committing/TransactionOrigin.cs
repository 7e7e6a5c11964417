using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Anywise.EfCore.Committing;

/// <summary>What EF Core says of a transaction when it is begun, or when a context is told to use it.</summary>
internal sealed record TransactionOrigin(
    IRelationalConnection Connection,
    DbTransaction Transaction,
    Guid Id,
    IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> Logger,
    bool IsOwned)
{
    /// <summary>A transaction that was ended, by whomever, has no connection any more.</summary>
    public bool IsOpen
    {
        get
        {
            try
            {
                return Transaction.Connection is not null;
            }
            catch (ObjectDisposedException)
            {
                return false; // as Npgsql answers
            }
        }
    }

    /// <summary>PostgreSQL and Npgsql need questions that other databases need not be asked.</summary>
    public bool IsOnPostgreSql => Connection.Context.Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";
}

using System.Data;
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
    /// <summary>Nobody has ended the transaction, by whatever way, and its connection is alive.</summary>
    public bool IsOpen
    {
        get
        {
            try
            {
                _ = Transaction.IsolationLevel; // throws when the transaction has ended; Npgsql still has a connection then
                return Transaction.Connection is { State: ConnectionState.Open };
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>Somebody has ended the transaction, and its connection goes on.</summary>
    public bool HasEnded => Connection.DbConnection.State == ConnectionState.Open && !IsOpen;

    /// <summary>PostgreSQL and Npgsql need questions that other databases need not be asked.</summary>
    public bool IsOnPostgreSql => Connection.Context.Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";
}

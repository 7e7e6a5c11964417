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
    bool IsOwned);

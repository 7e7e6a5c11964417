using Anywise.EfCore.Dispatching;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Registration;

/// <summary>Knows conflicts by what EF Core throws, and open transactions by asking the contexts of a scope.</summary>
internal sealed class DatabaseConflicts(AnywiseBuilder options) : IConflicts
{
    public bool IsConflict(Exception failure) => options.IsConflict(failure);

    public bool HasOpenTransaction(IServiceProvider scope) =>
        System.Transactions.Transaction.Current is not null
        || ContextTypes().Any(type => scope.GetService(type) is DbContext { Database.CurrentTransaction: not null });

    /// <summary>Those that are resolved from a scope; making one opens no connection.</summary>
    private IEnumerable<Type> ContextTypes() =>
        options.Services.Select(service => service.ServiceType).Where(type => type.IsAssignableTo(typeof(DbContext))).Distinct();
}

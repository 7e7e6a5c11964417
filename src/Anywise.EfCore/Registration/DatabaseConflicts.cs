using Anywise.EfCore.Dispatching;

namespace Anywise.EfCore.Registration;

/// <summary>Knows conflicts by what EF Core throws, and open transactions by asking the contexts of a scope.</summary>
internal sealed class DatabaseConflicts(AnywiseBuilder options, RegisteredContexts contexts) : IConflicts
{
    public bool IsConflict(Exception failure) => options.IsConflict(failure);

    public bool HasOpenTransaction(IServiceProvider scope) =>
        System.Transactions.Transaction.Current is not null || contexts.In(scope).Any(context => context.Database.CurrentTransaction is not null);
}

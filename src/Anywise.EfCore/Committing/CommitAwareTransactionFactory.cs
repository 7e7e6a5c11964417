using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Committing;

/// <summary>Wraps the transactions of the database provider: interceptors are told neither the names of savepoints nor of a disposal without commit.</summary>
internal sealed class CommitAwareTransactionFactory(
    CommitAwareTransactionFactory.Provider provider,
    RelationalTransactionFactoryDependencies dependencies) : IRelationalTransactionFactory
{
    public RelationalTransaction Create(
        IRelationalConnection connection,
        DbTransaction transaction,
        Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger,
        bool transactionOwned)
    {
        var origin = new TransactionOrigin(connection, transaction, transactionId, logger, transactionOwned);
        var inner = provider.Factory.Create(connection, transaction, transactionId, logger, transactionOwned);
        return new CommitAwareTransaction(origin, dependencies, inner, CommitLogs.ForContext(transaction, begunByContext: transactionOwned));
    }

    /// <summary>Puts this factory in front of the provider's, whether <c>UseSqlite</c> and its like are called before or after us.</summary>
    public static void Decorate(IServiceCollection services, IDbContextOptionsExtension? databaseProvider)
    {
        var inner = Registered(services) ?? ComingFrom(databaseProvider);
        if (inner is null)
        {
            return; // not a relational database
        }

        services.AddSingleton(context => new Provider(Build(inner, context)));
        services.AddSingleton<IRelationalTransactionFactory, CommitAwareTransactionFactory>();
    }

    private static ServiceDescriptor? Registered(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(IRelationalTransactionFactory));

    /// <summary>A provider only adds its factory where none is yet, so its own would be missing if it came after us.</summary>
    private static ServiceDescriptor? ComingFrom(IDbContextOptionsExtension? databaseProvider)
    {
        var services = new ServiceCollection();
        databaseProvider?.ApplyServices(services);
        return Registered(services);
    }

    private static IRelationalTransactionFactory Build(ServiceDescriptor descriptor, IServiceProvider services) =>
        (IRelationalTransactionFactory)(descriptor.ImplementationInstance
            ?? descriptor.ImplementationFactory?.Invoke(services)
            ?? ActivatorUtilities.CreateInstance(services, descriptor.ImplementationType!));

    /// <summary>The factory of the database provider.</summary>
    public sealed record Provider(IRelationalTransactionFactory Factory);
}

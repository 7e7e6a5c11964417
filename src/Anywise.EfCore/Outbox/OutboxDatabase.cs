using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Outbox;

/// <summary>How the outbox of a context is reached without the context: the application's own may be busy, pooled, or gone.</summary>
internal sealed class OutboxDatabase
{
    private readonly PooledDbContextFactory<Connection> _connections;
    private readonly bool _retries;
    private readonly string? _location; // the connection string but for the password, which an opened connection does not tell; null without one

    /// <param name="context">Any context of the type, on the database.</param>
    /// <param name="options">What the application has said of the outbox.</param>
    /// <param name="services">The container of the application.</param>
    /// <exception cref="InvalidOperationException">The model or the database has no outbox.</exception>
    public OutboxDatabase(DbContext context, OutboxOptions options, IServiceProvider services)
    {
        (ContextType, Options, Model) = (context.GetType(), options, context.Model);
        Sql = OutboxSql.Of(context.Database.ProviderName);
        Table = OutboxTable.NameIn(context);
        if (options.Signal is not null && !Sql.IsPostgres)
        {
            throw Errors.NoSignalsFrom(context.GetType(), context.Database.ProviderName);
        }

        _retries = context.Database.CreateExecutionStrategy() is ExecutionStrategy; // which, asked inside of another, would deny it
        IsShared = ConnectionOf(context) is not null;
        _location = ConnectionStringOf(context) is { } now ? WithoutPassword(now, context) : null;
        _connections = new PooledDbContextFactory<Connection>(OptionsFor(context, services));
    }

    public Type ContextType { get; }

    public OutboxOptions Options { get; }

    public IModel Model { get; }

    public OutboxSql Sql { get; }

    public string Table { get; }

    /// <summary>All contexts use one connection object, so that nothing may happen on it beside them.</summary>
    public bool IsShared { get; }

    /// <summary>The connection string that a context has now; null if it has none, or a connection object by its options.</summary>
    public static string? ConnectionStringOf(DbContext context) =>
        context.Database.IsRelational() && ConnectionOf(context) is null ? context.Database.GetConnectionString() : null;

    /// <summary>The connection object that the options of a context name; null if they name none.</summary>
    public static DbConnection? ConnectionOf(DbContext context) => (ProviderOf(context) as RelationalOptionsExtension)?.Connection;

    /// <summary>Whether a context was sent to another database than that of its options.</summary>
    public static bool IsElsewhere(DbContext context, IServiceProvider services)
    {
        if (ConnectionStringOf(context) is not { } now)
        {
            return false;
        }

        var byOptions = ConnectionStringByOptionsOf(context, services);
        return now != byOptions && WithoutPassword(now, context) != WithoutPassword(byOptions, context);
    }

    /// <summary>The connection string that a context has whom nobody has told another one.</summary>
    public static string? ConnectionStringByOptionsOf(DbContext context, IServiceProvider services)
    {
        using var untold = new Connection(OptionsOf(context, services, ProviderOf(context)));
        return ConnectionStringOf(untold);
    }

    /// <summary>Whether contexts of another type have their outbox in the same table.</summary>
    public bool HasTableOf(OutboxDatabase other) => other == this
        || (_location is not null && (_location, Sql, Table) == (other._location, other.Sql, other.Table));

    /// <summary>Does something anew, if the execution strategy of the database retries, as long as it fails for a reason that passes.</summary>
    public async Task RetryAsync(Func<Task> attempt)
    {
        if (!_retries)
        {
            await attempt().ConfigureAwait(false);
            return;
        }

        Surrounding.Leave(); // until this method returns
        var context = Connect();
        await using (context.ConfigureAwait(false))
        {
            await context.Database.CreateExecutionStrategy().ExecuteAsync(attempt).ConfigureAwait(false);
        }
    }

    public DbContext Connect() => _connections.CreateDbContext();

    private static DbContextOptions<Connection> OptionsFor(DbContext context, IServiceProvider services)
    {
        var provider = ProviderOf(context);
        return OptionsOf(context, services, IsElsewhere(context, services) ? ((RelationalOptionsExtension)provider).WithConnectionString(ConnectionStringOf(context)) : provider);
    }

    /// <summary>Those of a context, but for the model, and without its scope, which may be gone when the last is written.</summary>
    private static DbContextOptions<Connection> OptionsOf(DbContext context, IServiceProvider services, IDbContextOptionsExtension provider)
    {
        var findsDataSource = provider is RelationalOptionsExtension { ConnectionString: null, Connection: null }; // in the container, if that has one
        var core = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()!
            .WithApplicationServiceProvider(findsDataSource ? services : null).WithModel(null);
        var builder = new DbContextOptionsBuilder<Connection>();
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(core.WithLoggerFactory(core.LoggerFactory ?? services.GetRequiredService<ILoggerFactory>()));
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(provider);
        return builder.Options;
    }

    /// <summary>A connection that was opened does not tell its password.</summary>
    private static string? WithoutPassword(string? connectionString, DbContext context)
    {
        if (DbProviderFactories.GetFactory(context.Database.GetDbConnection())?.CreateConnectionStringBuilder() is not { } parts)
        {
            return connectionString;
        }

        parts.ConnectionString = connectionString;
        parts.Remove("Password");
        return parts.ConnectionString;
    }

    private static IDbContextOptionsExtension ProviderOf(DbContext context) =>
        context.GetService<IDbContextOptions>().Extensions.First(extension => extension.Info.IsDatabaseProvider);

    private sealed class Connection(DbContextOptions options) : DbContext(options);

    /// <summary>A strategy in which the application has saved: with it, EF Core would leave it to that one to try again, which would save again.</summary>
    private abstract class Surrounding(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, maxRetryCount: 0, TimeSpan.Zero)
    {
        public static void Leave() => Current = null;
    }
}

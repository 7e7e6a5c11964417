using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Outbox;

/// <summary>How the outbox of a context is reached without the context: the application's own may be busy, pooled, or gone.</summary>
internal sealed class OutboxDatabase
{
    private readonly PooledDbContextFactory<Connection> _connections;
    private readonly bool _retries;

    /// <param name="context">Any context of the type, on the database.</param>
    /// <param name="options">What the application has said of the outbox.</param>
    /// <param name="logging">Where to log, if the options do not say: the container of the context may be gone when the last is written.</param>
    /// <exception cref="InvalidOperationException">The model or the database has no outbox.</exception>
    public OutboxDatabase(DbContext context, OutboxOptions options, ILoggerFactory logging)
    {
        (ContextType, Options, Model, ConnectionString) = (context.GetType(), options, context.Model, ConnectionStringOf(context));
        Sql = OutboxSql.Of(context.Database.ProviderName);
        Table = OutboxTable.NameIn(context);
        if (options.Signal is not null && !Sql.IsPostgres)
        {
            throw Errors.NoSignalsFrom(context.GetType(), context.Database.ProviderName);
        }

        var provider = ProviderOf(context);
        _retries = context.Database.CreateExecutionStrategy() is ExecutionStrategy; // which, asked inside of another, would deny it
        IsShared = ConnectionOf(context) is not null;
        if (provider is RelationalOptionsExtension { ConnectionString: not null } relational)
        {
            provider = relational.WithConnectionString(ConnectionString); // which need not be that of the options
        }

        var core = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()!
            .WithApplicationServiceProvider(null).WithModel(null);
        var builder = new DbContextOptionsBuilder<Connection>();
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(core.WithLoggerFactory(core.LoggerFactory ?? logging));
        ((IDbContextOptionsBuilderInfrastructure)builder).AddOrUpdateExtension(provider);
        _connections = new PooledDbContextFactory<Connection>(builder.Options);
    }

    public Type ContextType { get; }

    public OutboxOptions Options { get; }

    public IModel Model { get; }

    public string ConnectionString { get; }

    public OutboxSql Sql { get; }

    public string Table { get; }

    /// <summary>All contexts use one connection object, so that nothing may happen on it beside them.</summary>
    public bool IsShared { get; }

    /// <summary>What tells the databases of one type of context from each other; of a data source it has no password, of a connection object it is nothing.</summary>
    public static string ConnectionStringOf(DbContext context) =>
        context.Database.IsRelational() && ConnectionOf(context) is null ? context.Database.GetConnectionString() ?? "" : "";

    /// <summary>The connection object that the options of a context name; null if they name none.</summary>
    public static DbConnection? ConnectionOf(DbContext context) => (ProviderOf(context) as RelationalOptionsExtension)?.Connection;

    public bool IsThatOf(DbContext context) => ConnectionString == ConnectionStringOf(context);

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

    private static IDbContextOptionsExtension ProviderOf(DbContext context) =>
        context.GetService<IDbContextOptions>().Extensions.First(extension => extension.Info.IsDatabaseProvider);

    private sealed class Connection(DbContextOptions options) : DbContext(options);

    /// <summary>A strategy in which the application has saved: with it, EF Core would leave it to that one to try again, which would save again.</summary>
    private abstract class Surrounding(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, maxRetryCount: 0, TimeSpan.Zero)
    {
        public static void Leave() => Current = null;
    }
}

using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anywise.EfCore.Outbox;

/// <summary>The outboxes of an application: one for each type of context and each database. Thread-safe.</summary>
internal sealed class Outboxes(HandlerRegistry handlers, Delivery delivery, DeliveryReports reports, TimeProvider time, IServiceProvider services) : IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<Key, Lazy<ContextOutbox>> _outboxes = new();
    private readonly ConditionalWeakTable<DbConnection, ConcurrentDictionary<Key, Lazy<ContextOutbox>>> _ofConnections = []; // which may come and go
    private readonly ConditionalWeakTable<IModel, OutboxNames> _names = [];

    /// <summary>Told of each outbox that is used for the first time.</summary>
    public Action<ContextOutbox> Appeared { get; set; } = static _ => { };

    public IEnumerable<ContextOutbox> All => _outboxes.Values
        .Concat(_ofConnections.SelectMany(ofConnection => ofConnection.Value.Values))
        .Where(outbox => outbox.IsValueCreated)
        .Select(outbox => outbox.Value)
        .Distinct();

    public ContextOutbox Of(DbContext context, OutboxOptions options)
    {
        if (OutboxDatabase.ConnectionOf(context) is { } connection)
        {
            return Of(_ofConnections.GetOrCreateValue(connection), new Key(context.GetType(), null), () => Make(context, options));
        }

        var key = new Key(context.GetType(), OutboxDatabase.ConnectionStringOf(context));
        return _outboxes.TryGetValue(key, out var known) ? known.Value : Of(_outboxes, key, () => MakeFor(key, context, options));
    }

    /// <summary>Null for a context without an outbox.</summary>
    public static OutboxOptions? OptionsOf(DbContext context) => context.GetService<IDbContextOptions>().FindExtension<AnywiseOptionsExtension>()?.Outbox;

    /// <summary>What is done is written before the process ends, so that nothing is delivered again for no reason.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var outbox in All)
        {
            await outbox.StopAsync().ConfigureAwait(false);
            outbox.Dispose();
        }
    }

    public void Dispose() => Blocking.Run(this, static outboxes => outboxes.DisposeAsync());

    private static ContextOutbox Of(ConcurrentDictionary<Key, Lazy<ContextOutbox>> outboxes, Key key, Func<ContextOutbox> make) =>
        outboxes.GetOrAdd(key, static (_, make) => new Lazy<ContextOutbox>(make), make).Value;

    /// <summary>A connection that another context has opened does not tell its password, and is on the same database nevertheless.</summary>
    private ContextOutbox MakeFor(Key key, DbContext context, OutboxOptions options)
    {
        var byOptions = key with { ConnectionString = OutboxDatabase.ConnectionStringByOptionsOf(context, services) };
        return key == byOptions || OutboxDatabase.IsElsewhere(context, services) ? Make(context, options) : Of(_outboxes, byOptions, () => Make(context, options));
    }

    private ContextOutbox Make(DbContext context, OutboxOptions options)
    {
        var database = new OutboxDatabase(context, options, services);
        var names = _names.GetValue(database.Model, model => new OutboxNames(handlers, model));
        var outbox = new ContextOutbox(database, handlers, delivery, reports, time) { Names = names };
        Appeared(outbox);
        return outbox;
    }

    /// <param name="Context">The type of context.</param>
    /// <param name="ConnectionString">What tells the databases of one type of context from each other.</param>
    private readonly record struct Key(Type Context, string? ConnectionString);
}

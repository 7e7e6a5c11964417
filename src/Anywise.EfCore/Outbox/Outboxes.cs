using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Logging;

namespace Anywise.EfCore.Outbox;

/// <summary>The outboxes of an application: one for each type of context and each database. Thread-safe.</summary>
internal sealed class Outboxes(HandlerRegistry handlers, Delivery delivery, DeliveryReports reports, TimeProvider time, ILoggerFactory logging) : IDisposable, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(Type Context, string ConnectionString), Lazy<ContextOutbox>> _outboxes = new();
    private readonly ConditionalWeakTable<DbConnection, ConcurrentDictionary<(Type, string), Lazy<ContextOutbox>>> _ofConnections = []; // which may come and go

    /// <summary>Told of each outbox that is used for the first time.</summary>
    public Action<ContextOutbox> Appeared { get; set; } = static _ => { };

    public IEnumerable<ContextOutbox> All => _outboxes.Values
        .Concat(_ofConnections.SelectMany(ofConnection => ofConnection.Value.Values))
        .Where(outbox => outbox.IsValueCreated)
        .Select(outbox => outbox.Value);

    public ContextOutbox Of(DbContext context, OutboxOptions options)
    {
        var outboxes = OutboxDatabase.ConnectionOf(context) is { } connection ? _ofConnections.GetOrCreateValue(connection) : _outboxes;
        return outboxes.GetOrAdd(
            (context.GetType(), OutboxDatabase.ConnectionStringOf(context)),
            static (_, made) => new Lazy<ContextOutbox>(() => made.Self.Make(made.context, made.options)),
            (Self: this, context, options)).Value;
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

    private ContextOutbox Make(DbContext context, OutboxOptions options)
    {
        var outbox = new ContextOutbox(new OutboxDatabase(context, options, logging), handlers, delivery, reports, time);
        Appeared(outbox);
        return outbox;
    }
}

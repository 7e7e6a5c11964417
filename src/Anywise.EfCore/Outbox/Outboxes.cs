using System.Collections.Concurrent;
using Anywise.EfCore.Delivering;
using Anywise.EfCore.Dispatching;
using Microsoft.EntityFrameworkCore;

namespace Anywise.EfCore.Outbox;

/// <summary>The outboxes of an application: one for each type of context and each database. Thread-safe.</summary>
internal sealed class Outboxes(HandlerRegistry handlers, Delivery delivery, DeliveryReports reports, TimeProvider time, IServiceProvider root) : IDisposable
{
    private readonly ConcurrentDictionary<(Type Context, object Database), Lazy<ContextOutbox>> _outboxes = new();

    /// <summary>Told of each outbox that is used for the first time.</summary>
    public Action<ContextOutbox> Appeared { get; set; } = static _ => { };

    public IEnumerable<ContextOutbox> All => _outboxes.Values.Select(outbox => outbox.Value);

    public ContextOutbox Of(DbContext context, OutboxOptions options) => _outboxes.GetOrAdd(
        (context.GetType(), OutboxDatabase.KeyOf(context)),
        static (_, made) => new Lazy<ContextOutbox>(() => made.Self.Make(made.context, made.options)),
        (Self: this, context, options)).Value;

    public void Dispose()
    {
        foreach (var outbox in All)
        {
            outbox.Dispose();
        }
    }

    private ContextOutbox Make(DbContext context, OutboxOptions options)
    {
        var outbox = new ContextOutbox(new OutboxDatabase(context, options, root), handlers, delivery, reports, time);
        Appeared(outbox);
        return outbox;
    }
}

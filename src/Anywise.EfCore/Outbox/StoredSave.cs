using Anywise.Domain;
using Anywise.EfCore.Delivering;

namespace Anywise.EfCore.Outbox;

/// <summary>What a save has written into the outbox.</summary>
/// <param name="Leases">The rows that this process delivers when they are committed.</param>
/// <param name="HasLater">There are others, which a relay delivers when their time has come.</param>
internal sealed record WrittenRows(IReadOnlyList<OutboxLease> Leases, bool HasLater)
{
    /// <summary>The event is in a row, but did not happen after all.</summary>
    public void Drop(RaisedEvent raised)
    {
        foreach (var lease in Leases)
        {
            lease.Drop(raised);
        }
    }
}

/// <summary>The delivery of the rows of one save: one, or with the order of each aggregate preserved one for each.</summary>
internal sealed class StoredSave(ContextOutbox outbox, StoredDelivery[] rows) : IStoredBatch
{
    private readonly List<StoredDelivery> _held = new(rows.Length);
    private readonly bool _hasLater;

    public StoredSave(ContextOutbox outbox, WrittenRows written) : this(outbox, [.. written.Leases.Select(lease => new StoredDelivery(outbox, lease))]) =>
        _hasLater = written.HasLater;

    public ContextOutbox Outbox { get; } = outbox;

    /// <inheritdoc/>
    public async ValueTask<bool> BeginAsync()
    {
        if (_hasLater)
        {
            Outbox.Alarm.Ring();
        }

        foreach (var row in rows)
        {
            if (await row.BeginAsync().ConfigureAwait(false))
            {
                _held.Add(row);
            }
        }

        return _held.Count > 0;
    }

    /// <inheritdoc cref="IStoredBatch.RowOf"/>
    public StoredDelivery? RowOf(CascadeStep step) =>
        rows is [var only] ? only : Array.Find(rows, row => row.Lease.Events.Contains(step.Raised));

    IStoredRow? IStoredBatch.RowOf(CascadeStep step) => RowOf(step);

    /// <inheritdoc cref="StoredDelivery.FinishAsync"/>
    public async ValueTask FinishAsync()
    {
        foreach (var row in _held)
        {
            await row.FinishAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Leave() => Array.ForEach(rows, row => Outbox.Leases.LetGo(row.Lease));
}

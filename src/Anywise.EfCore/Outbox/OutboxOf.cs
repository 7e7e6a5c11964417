using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Outbox;

/// <inheritdoc/>
internal sealed class OutboxOf<TContext>(Outboxes outboxes, IServiceScopeFactory scopes) : IOutbox<TContext> where TContext : DbContext
{
    public Task<OutboxCounts> CountAsync(CancellationToken cancellationToken) => Find().Store.CountAsync(cancellationToken);

    public async Task<IReadOnlyList<DeadHandler>> FindDeadAsync(int saves, CancellationToken cancellationToken)
    {
        var rows = await Find().Store.FindDeadAsync(saves, after: Guid.Empty, cancellationToken).ConfigureAwait(false);
        return [.. rows.SelectMany(DeadIn)];
    }

    public async Task<bool> RetryAsync(DeadHandler dead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dead);
        return await ChangeAsync(Find(), dead.SaveId, dead.Equals, Revived, cancellationToken).ConfigureAwait(false) > 0;
    }

    public async Task<int> RetryAllAsync(Func<DeadHandler, bool>? filter, CancellationToken cancellationToken)
    {
        var outbox = Find();
        var (retried, last) = (0, Guid.Empty);
        while (await outbox.Store.FindDeadAsync(max: 100, last, cancellationToken).ConfigureAwait(false) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                retried += await ChangeAsync(outbox, row.Id, filter ?? (static _ => true), Revived, cancellationToken).ConfigureAwait(false);
            }

            last = rows[^1].Id;
        }

        return retried;
    }

    public async Task<bool> DiscardAsync(DeadHandler dead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dead);
        return await ChangeAsync(Find(), dead.SaveId, dead.Equals, static _ => null, cancellationToken).ConfigureAwait(false) > 0;
    }

    private static RemainingHandler Revived(RemainingHandler dead) => dead with { IsDead = false, Attempts = 0, Wait = null };

    /// <summary>Changes dead handlers of a row, or removes them, and lets the row be due.</summary>
    /// <returns>How many.</returns>
    private static async Task<int> ChangeAsync(
        ContextOutbox outbox, Guid id, Func<DeadHandler, bool> filter, Func<RemainingHandler, RemainingHandler?> change, CancellationToken cancellationToken)
    {
        var row = await outbox.Store.FindAsync(id, cancellationToken).ConfigureAwait(false);
        var dead = row is null ? [] : DeadIn(row).Where(filter).ToList();
        if (dead.Count == 0)
        {
            return 0;
        }

        var events = row!.ReadPayload().Events;
        var remaining = row.ReadProgress(events.Count)!.Remaining
            .Select(one => one.IsDead && dead.Exists(found => found.Handler == one.Handler && found.EventId == events[one.Event].Id) ? change(one) : Waiting(one, row))
            .OfType<RemainingHandler>();
        var isWritten = await outbox.Store.ReviseAsync(row, [.. remaining], cancellationToken).ConfigureAwait(false);
        outbox.Alarm.Ring();
        return isWritten ? dead.Count : 0;
    }

    /// <summary>The row is due at once, but for the dead.</summary>
    private static RemainingHandler Waiting(RemainingHandler one, OutboxRow row) =>
        one.IsDead || row.DueIn <= 0 || row.WasDueAt == OutboxTable.Never ? one : one with { Wait = (one.Wait ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(row.DueIn) };

    private static IEnumerable<DeadHandler> DeadIn(OutboxRow row)
    {
        var events = row.ReadPayload().Events;
        return (row.ReadProgress(events.Count)?.Remaining ?? [])
            .Where(one => one.IsDead)
            .Select(one => new DeadHandler(events[one.Event].Id, events[one.Event].Type, one.Handler, one.Attempts, one.Error) { SaveId = row.Id });
    }

    private ContextOutbox Find()
    {
        using var scope = scopes.CreateScope();
        var (context, made) = RegisteredContexts.Make(typeof(TContext), scope.ServiceProvider);
        using (made)
        {
            return outboxes.Of(context, Outboxes.OptionsOf(context) ?? throw Errors.ContextHasNoOutbox(typeof(TContext)));
        }
    }
}

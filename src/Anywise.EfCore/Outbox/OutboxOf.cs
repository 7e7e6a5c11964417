using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Outbox;

/// <inheritdoc/>
internal sealed class OutboxOf<TContext>(Outboxes outboxes, IServiceScopeFactory scopes) : IOutbox<TContext> where TContext : DbContext
{
    public Task<OutboxCounts> CountAsync(CancellationToken cancellationToken) => Find().Store.CountAsync(cancellationToken);

    public async Task<IReadOnlyList<DeadHandler>> FindDeadAsync(int saves, CancellationToken cancellationToken)
    {
        var rows = await Find().Store.FindDeadAsync(saves, cancellationToken).ConfigureAwait(false);
        return [.. rows.SelectMany(DeadIn)];
    }

    public async Task<bool> RetryAsync(DeadHandler dead, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dead);
        var outbox = Find();
        var row = await outbox.Store.FindAsync(dead.SaveId, cancellationToken).ConfigureAwait(false);
        if (row is null || !DeadIn(row).Contains(dead))
        {
            return false;
        }

        var events = OutboxPayload.FromJson(row.Payload).Events;
        var remaining = OutboxProgress.FromJson(row.Progress)!.Remaining.Select(one =>
            one.IsDead && one.Handler == dead.Handler && events[one.Event].Id == dead.EventId ? one with { IsDead = false, Attempts = 0 } : one);
        var isWritten = await outbox.Store.ReviveAsync(row, [.. remaining], cancellationToken).ConfigureAwait(false);
        outbox.Alarm.Ring();
        return isWritten;
    }

    private static IEnumerable<DeadHandler> DeadIn(OutboxRow row)
    {
        var events = OutboxPayload.FromJson(row.Payload).Events;
        return (OutboxProgress.FromJson(row.Progress)?.Remaining ?? [])
            .Where(one => one.IsDead)
            .Select(one => new DeadHandler(events[one.Event].Id, events[one.Event].Type, one.Handler, one.Attempts, one.Error) { SaveId = row.Id });
    }

    private ContextOutbox Find()
    {
        using var scope = scopes.CreateScope();
        var context = scope.ServiceProvider.GetRequiredService<TContext>();
        var options = context.GetService<IDbContextOptions>().FindExtension<AnywiseOptionsExtension>()?.Outbox ?? throw Errors.ContextHasNoOutbox(typeof(TContext));
        return outboxes.Of(context, options);
    }
}

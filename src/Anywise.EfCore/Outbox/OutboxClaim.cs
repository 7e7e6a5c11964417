namespace Anywise.EfCore.Outbox;

/// <summary>What a relay has taken from the table at once.</summary>
/// <param name="Rows">The rows, which are read when their turn comes.</param>
/// <param name="LastDueAt">When the latest of them was due: where the next claim may begin.</param>
internal sealed record OutboxClaim(List<ClaimedRow> Rows, long LastDueAt)
{
    public static OutboxClaim Nothing { get; } = new([], LastDueAt: 0);
}

/// <summary>A row, and the lease that it was taken with.</summary>
internal sealed record ClaimedRow(OutboxRow Row, OutboxLease Lease);

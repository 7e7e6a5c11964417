using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// To PostgreSQL, statements that are sent together are one transaction. So where all that a save has to say are new rows in one batch, that of the
/// outbox needs no transaction around it, which saves two statements and a round trip.
/// </summary>
/// <remarks>Not for rows that are changed or deleted: that they were not there any more is found out when the batch is committed.</remarks>
internal sealed class OutboxBatches(Decorated<ICommandBatchPreparer> provider, OutboxSql sql) : ICommandBatchPreparer
{
    public IEnumerable<ModificationCommandBatch> BatchCommands(IList<IUpdateEntry> entries, IUpdateAdapter updateAdapter)
    {
        var isFirst = true;
        foreach (var batch in provider.Inner.BatchCommands(entries, updateAdapter))
        {
            yield return isFirst && CommitsItself(batch) ? new SelfCommittingBatch(batch) : batch;
            isFirst = false;
        }
    }

    public IEnumerable<ModificationCommandBatch> CreateCommandBatches(IEnumerable<IReadOnlyModificationCommand> commandSet, bool moreCommandSets) =>
        provider.Inner.CreateCommandBatches(commandSet, moreCommandSets);

    public void ResetState() => provider.Inner.ResetState();

    public Task ResetStateAsync(CancellationToken cancellationToken = default) => provider.Inner.ResetStateAsync(cancellationToken);

    private bool CommitsItself(ModificationCommandBatch batch) =>
        sql.IsPostgres
        && !batch.AreMoreBatchesExpected
        && batch.ModificationCommands.All(static command => command.EntityState == EntityState.Added && command.Table?.Triggers.Any() != true)
        && batch.ModificationCommands.Any(static command => command.Entries is [{ EntityType.Name: OutboxTable.Entity }]);

    private sealed class SelfCommittingBatch(ModificationCommandBatch inner) : ModificationCommandBatch
    {
        public override IReadOnlyList<IReadOnlyModificationCommand> ModificationCommands => inner.ModificationCommands;

        public override bool RequiresTransaction => false;

        public override bool AreMoreBatchesExpected => false;

        public override bool TryAddCommand(IReadOnlyModificationCommand modificationCommand) => inner.TryAddCommand(modificationCommand);

        public override void Complete(bool moreBatchesExpected) => inner.Complete(moreBatchesExpected);

        public override void Execute(IRelationalConnection connection) => inner.Execute(connection);

        public override Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default) =>
            inner.ExecuteAsync(connection, cancellationToken);
    }
}

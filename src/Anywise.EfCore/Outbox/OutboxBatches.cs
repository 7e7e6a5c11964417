using Anywise.EfCore.Registration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;

namespace Anywise.EfCore.Outbox;

/// <summary>
/// Sends the rows of the outbox with the first batch of a save. EF Core makes them neither entities nor part of its count, and to sort them would be for
/// nothing: nothing refers to them.
/// </summary>
internal sealed class OutboxBatches(Decorated<IModificationCommandBatchFactory> provider, OutboxSql sql) : IModificationCommandBatchFactory
{
    private readonly bool _isPostgres = sql.IsPostgres;
    private IReadOnlyList<IReadOnlyModificationCommand> _rows = [];

    /// <summary>The first batch that is completed takes these.</summary>
    public void SendWithNext(IReadOnlyList<IReadOnlyModificationCommand> rows) => _rows = rows;

    public ModificationCommandBatch Create() => new Batch(this, provider.Inner.Create());

    /// <summary>What no batch has taken, since the save had nothing else to send, or no room; null if that is nothing.</summary>
    public ModificationCommandBatch? CreateOfRest()
    {
        if (_rows.Count == 0)
        {
            return null;
        }

        var batch = Create();
        batch.Complete(moreBatchesExpected: false);
        return batch;
    }

    private sealed class Batch(OutboxBatches batches, ModificationCommandBatch inner) : ModificationCommandBatch
    {
        private IReadOnlyList<IReadOnlyModificationCommand>? _withoutRows;
        private ModificationCommandBatch? _rest;
        private bool _commitsItself;

        public override IReadOnlyList<IReadOnlyModificationCommand> ModificationCommands => _withoutRows ?? inner.ModificationCommands;

        public override bool RequiresTransaction => !_commitsItself && (_rest is not null || inner.RequiresTransaction);

        public override bool AreMoreBatchesExpected => inner.AreMoreBatchesExpected;

        public override bool TryAddCommand(IReadOnlyModificationCommand modificationCommand) => inner.TryAddCommand(modificationCommand);

        public override void Complete(bool moreBatchesExpected)
        {
            var rows = batches._rows;
            batches._rows = [];
            if (rows.Count > 0)
            {
                _withoutRows = [.. inner.ModificationCommands];
                _commitsItself = !moreBatchesExpected && CommitsItself();
                AddAll(rows);
            }

            inner.Complete(moreBatchesExpected);
        }

        public override void Execute(IRelationalConnection connection)
        {
            inner.Execute(connection);
            _rest?.Execute(connection);
        }

        public override async Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
        {
            await inner.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
            await (_rest?.ExecuteAsync(connection, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
        }

        /// <summary>Those for which there is no room make a batch of their own.</summary>
        private void AddAll(IReadOnlyList<IReadOnlyModificationCommand> rows)
        {
            var added = 0;
            while (added < rows.Count && inner.TryAddCommand(rows[added]))
            {
                added++;
            }

            if (added < rows.Count)
            {
                batches._rows = [.. rows.Skip(added)];
                (_rest, _commitsItself) = (batches.CreateOfRest(), false);
            }
        }

        /// <summary>
        /// To PostgreSQL, statements that are sent together are one transaction. So where all that a save has to say are new rows, it needs none around
        /// them, which saves two statements and a round trip. Not so for rows that are changed or deleted: that they were not there any more is found
        /// out when the batch is committed.
        /// </summary>
        private bool CommitsItself() => batches._isPostgres
            && inner.ModificationCommands.All(static command => command.EntityState == EntityState.Added && command.StoreStoredProcedure is null && command.Table?.Triggers.Any() != true);
    }
}

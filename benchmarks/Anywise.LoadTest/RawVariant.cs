using System.Text.Json;
using System.Threading.Channels;

namespace Anywise.LoadTest;

/// <summary>
/// An outbox by hand, as fast as ADO.NET allows: the order and the message in one batch, handed over in memory to eight workers, and deleted
/// many at once; or, where the handler writes, in one batch with what it writes.
/// </summary>
internal sealed class RawVariant : Variant
{
    private const int Workers = 8;
    private readonly LoadDatabase _database;
    private readonly HandlerKind _handler;
    private readonly Channel<(Guid Id, long Number)> _committed = Channel.CreateBounded<(Guid, long)>(Workers * 16);
    private readonly Channel<Guid> _handled = Channel.CreateUnbounded<Guid>();
    private readonly Task _running;

    public RawVariant(LoadDatabase database, HandlerKind handler) : base("raw ADO.NET outbox")
    {
        (_database, _handler) = (database, handler);
        _running = Task.WhenAll([.. Enumerable.Range(0, Workers).Select(_ => Task.Run(DeliverAsync)), Task.Run(DeleteAsync)]);
    }

    public override string Table => "RawOutbox";

    public override async Task CommitAsync(long number)
    {
        var id = Guid.CreateVersion7();
        await _database.ExecuteAsync(
            _database.Together("""
                INSERT INTO "Orders" ("Id", "Customer", "Quantity") VALUES (@number, @customer, @quantity);
                INSERT INTO "RawOutbox" ("Id", "DueAt", "Payload") VALUES (@id, @due, @payload)
                """),
            ("number", number), ("customer", "a customer"), ("quantity", 1), ("id", id), ("due", 0L), ("payload", JsonSerializer.Serialize(new OrderPlaced(number))));
        _database.Measurement.Block.Committed(number);
        await _committed.Writer.WriteAsync((id, number));
    }

    public override async ValueTask DisposeAsync()
    {
        _committed.Writer.Complete();
        _handled.Writer.Complete();
        await _running;
    }

    private async Task DeliverAsync()
    {
        await foreach (var (id, number) in _committed.Reader.ReadAllAsync())
        {
            _database.Measurement.Block.Handled(number);
            if (_handler == HandlerKind.Writing)
            {
                await _database.ExecuteAsync(
                    _database.Together("""
                        INSERT INTO "Shipments" ("Id", "Carrier") VALUES (@number, @carrier);
                        DELETE FROM "RawOutbox" WHERE "Id" = @id
                        """),
                    ("number", number), ("carrier", "a carrier"), ("id", id));
            }
            else
            {
                _handled.Writer.TryWrite(id);
            }
        }
    }

    private async Task DeleteAsync()
    {
        var together = new List<Guid>();
        while (await _handled.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (together.Count < 500 && _handled.Reader.TryRead(out var id))
            {
                together.Add(id);
            }

            await _database.ExecuteAsync($"""DELETE FROM "RawOutbox" WHERE "Id" {_database.AnyOfIds}""", ("ids", _database.Ids(together)));
        }
    }
}

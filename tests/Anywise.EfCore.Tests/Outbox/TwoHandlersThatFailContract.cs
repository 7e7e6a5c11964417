using Anywise.Domain;
using Anywise.EfCore.Outbox;
using Anywise.EfCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Two durable handlers of one event fail, each in its own way.</summary>
public abstract class TwoHandlersThatFailContract : OutboxTest
{
    private readonly Faults _faults = new();

    private IOutbox<ShopContext> Outbox => Services.GetRequiredService<IOutbox<ShopContext>>();

    [Test]
    public async Task Have_attempts_and_an_error_of_their_own()
    {
        _faults.Of(nameof(Ship), int.MaxValue);
        _faults.Of(nameof(Bill), 1);
        await SaveAsync();
        await EndLeasesAsync();
        await StartRelayAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1 }]);

        var dead = (await Outbox.FindDeadAsync()).Single();
        Assert.That((dead.Handler, dead.Attempts), Is.EqualTo((typeof(Ship).FullName, 3)));
        Assert.That(dead.Error, Does.Contain("Ship is broken for the 3. time").And.Not.Contain(nameof(Bill)));
        Assert.That((_faults.CallsOf(nameof(Ship)), _faults.CallsOf(nameof(Bill))), Is.EqualTo((3, 2)), "who has succeeded is not called again");
    }

    [Test]
    public async Task Are_both_kept_with_what_each_failed_with()
    {
        _faults.Of(nameof(Ship), int.MaxValue);
        _faults.Of(nameof(Bill), int.MaxValue);
        await StartRelayAsync();
        await SaveAsync();

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 2 }]);

        var dead = await Outbox.FindDeadAsync();
        Assert.That(dead.Select(one => one.Attempts), Is.All.EqualTo(3));
        Assert.That(dead.Single(one => one.Handler == typeof(Bill).FullName).Error, Does.Contain("Bill is broken for the 3. time"));
        Assert.That(dead.Single(one => one.Handler == typeof(Ship).FullName).Error, Does.Contain("Ship is broken for the 3. time"));
    }

    [Test]
    public async Task Are_retried_one_by_one()
    {
        _faults.Of(nameof(Ship), 3);
        _faults.Of(nameof(Bill), 3);
        await StartRelayAsync();
        await SaveAsync();
        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 2 }]);

        await Outbox.RetryAsync((await Outbox.FindDeadAsync()).Single(one => one.Handler == typeof(Bill).FullName));

        await UntilAsync(async () => (await RowsAsync()) is [{ Dead: 1, DueAt: OutboxTable.Never }]);
        Assert.That((_faults.CallsOf(nameof(Ship)), _faults.CallsOf(nameof(Bill))), Is.EqualTo((3, 4)));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxAttempts = 3;
    }

    protected override void AddHandlers(AnywiseBuilder anywise)
    {
        anywise.Services.AddSingleton(_faults);
        anywise.AddHandler<Ship>().AddHandler<Bill>();
    }

    private async Task SaveAsync()
    {
        var context = NewContext();
        context.Add(new Order("first"));
        await context.SaveChangesAsync();
    }

    internal sealed class Faults
    {
        private readonly Dictionary<string, (int Calls, int Faults)> _handlers = [];

        public void Of(string handler, int faults) => _handlers[handler] = (0, faults);

        public int CallsOf(string handler)
        {
            lock (_handlers)
            {
                return _handlers[handler].Calls;
            }
        }

        public ValueTask Call(string handler)
        {
            lock (_handlers)
            {
                var (calls, faults) = _handlers[handler];
                _handlers[handler] = (calls + 1, faults);
                return calls < faults ? throw new InvalidOperationException($"{handler} is broken for the {calls + 1}. time") : default;
            }
        }
    }

    internal sealed class Ship(Faults faults) : IEventHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) => faults.Call(nameof(Ship));
    }

    internal sealed class Bill(Faults faults) : IEventHandler<OrderPlaced>
    {
        public ValueTask HandleAsync(OrderPlaced @event, CancellationToken cancellationToken) => faults.Call(nameof(Bill));
    }
}

public sealed class TwoHandlersThatFailOnSqlite : TwoHandlersThatFailContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => SqliteDatabase.NewAsync();
}

public sealed class TwoHandlersThatFailOnPostgres : TwoHandlersThatFailContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

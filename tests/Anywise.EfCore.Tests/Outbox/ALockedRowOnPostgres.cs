using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A row is due, and somebody holds a lock on it.</summary>
public sealed class ALockedRowOnPostgres : OutboxTest
{
    private readonly Waits _waits = new();

    [Test]
    public async Task Is_looked_at_less_and_less_often_until_it_is_free()
    {
        await CrashAsync("first");
        var somebody = NewContext();
        await using (await somebody.Database.BeginTransactionAsync())
        {
            await somebody.Database.ExecuteSqlRawAsync("SELECT 1 FROM \"AnywiseOutbox\" FOR UPDATE");
            await StartRelayAsync(Build(services => services.AddSingleton<TimeProvider>(_waits)));

            await UntilAsync(() => Task.FromResult(_waits.OfRelay is [.., var last] && last >= TimeSpan.FromMilliseconds(256)));
            Assert.That(_waits.OfRelay, Is.Ordered.And.Count.LessThan(12), "milliseconds, each twice the one before");
        }

        await EmptyAsync();
        Assert.That(Seen.Events, Is.EqualTo(new[] { new OrderPlaced("first") }));
    }

    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();

    /// <summary>Knows for how long the relay has wanted to wait.</summary>
    private sealed class Waits : TimeProvider
    {
        private readonly List<TimeSpan> _ofRelay = [];

        public IReadOnlyList<TimeSpan> OfRelay
        {
            get
            {
                lock (_ofRelay)
                {
                    return [.. _ofRelay];
                }
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period == Timeout.InfiniteTimeSpan)
            {
                lock (_ofRelay)
                {
                    _ofRelay.Add(dueTime);
                }
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

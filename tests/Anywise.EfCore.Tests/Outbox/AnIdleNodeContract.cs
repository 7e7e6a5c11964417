using System.Data.Common;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Nobody saves, and nothing is due.</summary>
public abstract class AnIdleNodeContract : OutboxTest
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StatementTimes _statements;

    protected AnIdleNodeContract() => _statements = new StatementTimes(_clock);

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_statements);

    [Test]
    public async Task Issues_at_most_two_statements_in_any_minute()
    {
        var services = Build(services => services.AddSingleton<TimeProvider>(_clock));
        _statements.Forget();
        await StartRelayAsync(services);

        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_statements.Times.Count >= 10); // it goes on looking
        });

        var times = _statements.Times;
        Assert.That(times.Zip(times.Skip(2), (one, second) => second - one), Has.All.GreaterThanOrEqualTo(TimeSpan.FromMinutes(1)));
    }

    private sealed class StatementTimes(FakeTimeProvider clock) : DbCommandInterceptor
    {
        private readonly List<DateTimeOffset> _times = [];

        public IReadOnlyList<DateTimeOffset> Times
        {
            get
            {
                lock (_times)
                {
                    return [.. _times];
                }
            }
        }

        public void Forget()
        {
            lock (_times)
            {
                _times.Clear();
            }
        }

        public override DbCommand CommandCreated(CommandEndEventData eventData, DbCommand result)
        {
            lock (_times)
            {
                _times.Add(clock.GetUtcNow());
            }

            return result;
        }
    }
}

public sealed class AnIdleNodeOnSqlite : AnIdleNodeContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class AnIdleNodeOnPostgres : AnIdleNodeContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}

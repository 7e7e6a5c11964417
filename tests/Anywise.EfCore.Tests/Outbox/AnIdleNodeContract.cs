using System.Globalization;
using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>Nobody saves, and nothing is due.</summary>
public abstract class AnIdleNodeContract : OutboxTest
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StatementTimes _statements;
    private TimeSpan? _pollingInterval;

    protected AnIdleNodeContract() => _statements = new StatementTimes(_clock);

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_statements);

    [Test]
    public async Task Issues_at_most_two_statements_in_any_minute()
    {
        var times = await TimesOfStatementsAsync(step: TimeSpan.FromSeconds(1));

        Assert.That(times.Zip(times.Skip(2), (one, second) => second - one), Has.All.GreaterThanOrEqualTo(TimeSpan.FromMinutes(1)));
    }

    [TestCase("60.00:00:00")]
    [TestCase("10675199.02:48:05.4775807")] // TimeSpan.MaxValue
    public async Task Issues_at_most_two_statements_a_day_if_it_is_to_rest_longer_than_timers_can(string pollingInterval)
    {
        _pollingInterval = TimeSpan.Parse(pollingInterval, CultureInfo.InvariantCulture);

        var times = await TimesOfStatementsAsync(step: TimeSpan.FromHours(1));

        Assert.That(times.Zip(times.Skip(2), (one, second) => second - one), Has.All.GreaterThanOrEqualTo(TimeSpan.FromDays(1)));
    }

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.PollingInterval = _pollingInterval ?? outbox.PollingInterval;
    }

    private async Task<IReadOnlyList<DateTimeOffset>> TimesOfStatementsAsync(TimeSpan step)
    {
        var services = Build(services => services.AddSingleton<TimeProvider>(_clock));
        _statements.Forget();
        await StartRelayAsync(services);

        await UntilAsync(() =>
        {
            _clock.Advance(step);
            return Task.FromResult(_statements.Times.Count >= 10); // it goes on looking
        });

        return _statements.Times;
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

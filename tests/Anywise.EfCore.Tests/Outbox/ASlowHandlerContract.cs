using Anywise.EfCore.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anywise.EfCore.Tests.Outbox;

/// <summary>A relay delivers an event whose handler takes long, or never ends.</summary>
public abstract class ASlowHandlerContract : OutboxTest
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StatementTimes _looks;
    private readonly TaskCompletionSource _hasBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _maxConcurrency = 8;

    protected ASlowHandlerContract() => _looks = new StatementTimes(_clock, "SELECT MIN(");

    [TearDown]
    public void LetEnd() => _mayEnd.TrySetResult();

    [Test]
    public async Task Does_not_hold_up_what_is_due_later()
    {
        var failures = 3;
        await CrashAsync("slow");
        Seen.WhenHandled = (@event, _, _) => @event is OrderPlaced { Name: "slow" } ? TakeLongAsync()
            : failures-- > 0 ? throw new InvalidOperationException("broken")
            : default;
        await StartRelayAsync();
        await _hasBegun.Task;

        await using (var context = NewContext())
        {
            context.Add(new Order("second"));
            await context.SaveChangesAsync(); // fails for the first time; the relay does the rest
        }

        await UntilAsync(async () => (await RowsAsync()).Count == 1);
        Assert.That(Seen.Events.Count(@event => @event is OrderPlaced { Name: "second" }), Is.EqualTo(4));
        Assert.That((await RowsAsync()).Single().Payload, Does.Contain("slow"));

        _mayEnd.SetResult();
        await EmptyAsync();
        Assert.That(Seen.Events.Count(@event => @event is OrderPlaced { Name: "slow" }), Is.EqualTo(1));
    }

    [Test]
    public async Task Lets_the_relay_sleep_for_as_long_as_nothing_else_is_due()
    {
        await CrashAsync("slow");
        Seen.WhenHandled = (_, _, _) => TakeLongAsync();
        await StartRelayAsync(Build(services => services.AddSingleton<TimeProvider>(_clock)));
        await _hasBegun.Task;
        _looks.Forget();

        await UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(_looks.Times.Count >= 5);
        });

        var times = _looks.Times;
        Assert.That(times.Zip(times.Skip(1), (one, next) => next - one), Has.All.GreaterThan(TimeSpan.FromSeconds(10)), "about a lease");
    }

    [Test]
    public async Task Is_one_of_no_more_than_the_stated_number_at_a_time()
    {
        var (running, most, failed) = (0, 0, new HashSet<string>());
        _maxConcurrency = 2;
        await CrashAsync([.. Enumerable.Range(0, 20).Select(number => $"order {number}")]);
        Seen.WhenHandled = async (@event, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await RowsAsync(); // it takes its time
            Interlocked.Decrement(ref running);
            lock (failed)
            {
                if (failed.Add(((OrderPlaced)@event).Name))
                {
                    throw new InvalidOperationException("broken"); // due again while others run
                }
            }
        };

        await StartRelayAsync(Build());

        await EmptyAsync();
        Assert.That(most, Is.EqualTo(2));
        Assert.That(Seen.Events, Has.Count.EqualTo(40));
    }

    protected override void AddInterceptors(DbContextOptionsBuilder options) => options.AddInterceptors(_looks);

    protected override void ConfigureOutbox(OutboxOptions outbox)
    {
        base.ConfigureOutbox(outbox);
        outbox.MaxConcurrency = _maxConcurrency;
    }

    private async ValueTask TakeLongAsync()
    {
        _hasBegun.TrySetResult();
        await _mayEnd.Task;
    }
}

public sealed class ASlowHandlerOnSqlite : ASlowHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => Task.FromResult<TestDatabase>(new SqliteFile());
}

public sealed class ASlowHandlerOnPostgres : ASlowHandlerContract
{
    protected override Task<TestDatabase> NewDatabaseAsync() => PostgresDatabase.NewAsync();
}
